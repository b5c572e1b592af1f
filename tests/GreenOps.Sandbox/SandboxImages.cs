using System.Reflection;
using GreenOps.Sandbox.Cluster.Node;

namespace GreenOps.Sandbox;

/// <summary>The images of GreenOps: the programs built beside the sandbox.</summary>
public static class SandboxImages
{
    /// <summary>The image of the operator.</summary>
    public const string Operator = "ghcr.io/greenops/greenops-operator:dev";

    private const string ProgramPrefix = "Program:";
    private const string Shared = "/usr/share/greenops";

    // Training yields to the API server, the operator and the servers of the same machine.
    private const int TrainerNiceness = 10;

    /// <summary>The repository's folder, as recorded by the build.</summary>
    public static string RepositoryRoot { get; } = Recorded("RepositoryRoot").Single().Value!;

    /// <summary>The catalogue: greenops-operator, greenops-trainer and greenops-server, of any registry and tag, and more.</summary>
    /// <param name="more">Further programs by image name; one of ours gives way to one of the same name.</param>
    public static ImageCatalogue Catalogue(IReadOnlyDictionary<string, ImageProgram>? more = null)
    {
        var programs = Recorded(ProgramPrefix).ToDictionary(
            recorded => recorded.Key[ProgramPrefix.Length..],
            recorded => Program(recorded.Key[ProgramPrefix.Length..], recorded.Value!));
        foreach (var (name, program) in more ?? new Dictionary<string, ImageProgram>())
            programs[name] = program;
        return new ImageCatalogue(programs);
    }

    /// <summary>The assembly of one of our programs, as recorded by the build.</summary>
    public static string Assembly(string name) => Recorded(ProgramPrefix + name).Single().Value!;

    /// <summary>The repository's sample dataset, where the trainer's image has it.</summary>
    public static string SampleDatasetFolder => Data("fashion-mnist");

    private static string Data(string folder) => Path.Join(RepositoryRoot, "tests", "data", folder);

    private static ImageProgram Program(string name, string assembly) => name == "greenops-trainer"
        ? new ImageProgram(["dotnet", assembly])
        {
            Niceness = TrainerNiceness,
            Content = new Dictionary<string, string>
            {
                [$"{Shared}/datasets/fashion-mnist"] = SampleDatasetFolder,
                [$"{Shared}/datasets/tables"] = Data("tables"),
                [$"{Shared}/models"] = Data("models"),
            },
        }
        : new ImageProgram(["dotnet", assembly]);

    private static IEnumerable<AssemblyMetadataAttribute> Recorded(string prefix) => typeof(SandboxImages).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(attribute => attribute.Key.StartsWith(prefix, StringComparison.Ordinal));
}
