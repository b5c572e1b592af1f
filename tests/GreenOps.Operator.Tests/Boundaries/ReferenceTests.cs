using System.Xml.Linq;
using Xunit;

namespace GreenOps.Operator.Tests.Boundaries;

/// <summary>Which project may know which, read from the project files.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] Folders = ["operator", "runtime", "crds"];

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["GreenOps.Decisions"] = [],
        ["GreenOps.Contract"] = [],
        ["GreenOps.Onnx"] = [],
        ["GreenOps.Api"] = [],
        ["GreenOps.Hosting"] = [],
        ["GreenOps.Artifacts"] = ["GreenOps.Contract"],
        ["GreenOps.Operator"] = ["GreenOps.Decisions", "GreenOps.Api", "GreenOps.Hosting", "GreenOps.Contract"],
        ["GreenOps.Simulation"] = ["GreenOps.Decisions", "GreenOps.Operator"],
        ["GreenOps.Trainer"] = ["GreenOps.Contract", "GreenOps.Artifacts", "GreenOps.Onnx"],
        ["GreenOps.Server"] = ["GreenOps.Contract", "GreenOps.Artifacts"],
        ["GreenOps.CrdGen"] = ["GreenOps.Api", "GreenOps.Hosting", "GreenOps.Operator"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_it_may(string project) =>
        Assert.Empty(References(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Except(Allowed[project]));

    [Fact]
    public void Every_product_project_has_its_rule() =>
        Assert.Equal(
            Allowed.Keys.Order(StringComparer.Ordinal),
            Folders
                .SelectMany(folder => Directory.EnumerateFiles(Path.Join(Root, folder), "*.csproj", SearchOption.AllDirectories))
                .Select(file => Path.GetFileNameWithoutExtension(file)!)
                .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("GreenOps.Decisions")]
    [InlineData("GreenOps.Contract")]
    public void What_both_sides_rest_on_needs_no_package(string project) => Assert.Empty(References(project, "PackageReference"));

    [Theory]
    [InlineData("GreenOps.Server")]
    [InlineData("GreenOps.Artifacts")]
    [InlineData("GreenOps.Onnx")]
    public void Nothing_but_the_trainer_knows_TorchSharp(string project) =>
        Assert.DoesNotContain(References(project, "PackageReference"), package => package.Contains("torch", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void The_operator_carries_neither_solver_nor_plots() =>
        Assert.DoesNotContain(References("GreenOps.Operator", "PackageReference"), package => package is "Google.OrTools" or "ScottPlot");

    internal static string Root { get; } = FindRoot();

    private static List<string> References(string project, string element) =>
        [.. XDocument.Load(Directory.EnumerateFiles(Root, $"{project}.csproj", SearchOption.AllDirectories).Single(file => !file.StartsWith(Path.Join(Root, "artifacts"), StringComparison.Ordinal)))
            .Descendants(element)
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'))];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(folder.FullName, "GreenOps.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No GreenOps.sln above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }
}
