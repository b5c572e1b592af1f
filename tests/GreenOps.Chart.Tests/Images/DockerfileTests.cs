using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace GreenOps.Chart.Tests.Images;

public sealed partial class DockerfileTests
{
    public static TheoryData<string, string> Images => new()
    {
        { "operator/Dockerfile", "operator/GreenOps.Operator/GreenOps.Operator.csproj" },
        { "runtime/trainer.Dockerfile", "runtime/GreenOps.Trainer/GreenOps.Trainer.csproj" },
        { "runtime/server.Dockerfile", "runtime/GreenOps.Server/GreenOps.Server.csproj" },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void Every_project_that_is_built_is_restored_from_its_file_alone(string dockerfile, string project)
    {
        var copied = ProjectFile().Matches(Repository.Text(dockerfile)).Select(match => match.Groups[1].Value);

        Assert.Equal(Projects(project).Order(StringComparer.Ordinal), copied.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Every_project_that_is_built_has_its_sources_copied(string dockerfile, string project)
    {
        var text = Repository.Text(dockerfile);

        Assert.All(Projects(project).Select(file => Path.GetDirectoryName(file)!), folder => Assert.Contains($"\nCOPY {folder} {folder}\n", text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void The_image_runs_as_the_user_of_the_pods_and_starts_without_a_shell(string dockerfile, string project)
    {
        var text = Repository.Text(dockerfile);
        var assembly = XDocument.Load(Repository.PathOf(project)).Descendants("AssemblyName").Single().Value;

        Assert.Contains("\nUSER 65532:65532\n", text, StringComparison.Ordinal);
        Assert.Contains($"\nENTRYPOINT [\"dotnet\", \"/app/{assembly}.dll\"]\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_server_has_nothing_that_trains()
    {
        var packages = Projects("runtime/GreenOps.Server/GreenOps.Server.csproj")
            .SelectMany(file => XDocument.Load(Repository.PathOf(file)).Descendants("PackageReference"))
            .Select(reference => (string)reference.Attribute("Include")!);

        Assert.DoesNotContain(packages, name => name.Contains("torch", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A project and all that it is built from, as paths from the root.</summary>
    private static HashSet<string> Projects(string project)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([project]);
        while (open.TryDequeue(out var file))
        {
            if (!all.Add(file))
                continue;
            var folder = Path.GetDirectoryName(Repository.PathOf(file))!;
            foreach (var reference in XDocument.Load(Repository.PathOf(file)).Descendants("ProjectReference"))
            {
                var path = Path.GetFullPath(Path.Join(folder, ((string)reference.Attribute("Include")!).Replace('\\', '/')));
                open.Enqueue(Path.GetRelativePath(Repository.PathOf("."), path));
            }
        }

        return all;
    }

    [GeneratedRegex(@"^COPY (\S+\.csproj) ", RegexOptions.Multiline)]
    private static partial Regex ProjectFile();
}
