using GreenOps.Operator.Simulation;
using GreenOps.Simulation.Manifests;
using k8s.Models;
using Xunit;

namespace GreenOps.Simulation.Tests.Manifests;

public sealed class ManifestFileTests : IDisposable
{
    private const string Model = "apiVersion: greenops.dev/v1alpha1\nkind: GreenModel\nmetadata:\n  name: digits\nspec:\n  carbonZone: zone\n";

    private readonly InputFolder folder = new();

    [Fact]
    public void The_model_among_other_documents_is_read()
    {
        var model = ManifestFile.Read(folder.Write("model.yaml", "kind: ConfigMap\n---\n" + Model));

        Assert.Equal("digits", model.Name());
        Assert.Equal("zone", model.Spec.CarbonZone);
    }

    [Fact]
    public void Json_is_read_too() => Assert.Equal("digits", ManifestFile
        .Read(folder.Write("model.json", """{"kind": "GreenModel", "metadata": {"name": "digits"}, "spec": {"carbonZone": "zone"}}""")).Name());

    [Theory]
    [InlineData("", "has 0 objects of kind GreenModel")]
    [InlineData("kind: ConfigMap", "has 0 objects of kind GreenModel")]
    [InlineData("- kind: GreenModel", "has 0 objects of kind GreenModel")]
    [InlineData(Model + "---\n" + Model, "has 2 objects of kind GreenModel")]
    [InlineData("kind: [GreenModel", "line ")]
    [InlineData("kind: GreenModel\nkind: GreenModel", "line ")]
    [InlineData("kind: GreenModel\n? [a, b]\n: c", "line 2")]
    [InlineData("kind: GreenModel\nspec: &loop\n  training: [*loop]", "nested")]
    [InlineData("kind: GreenModel\nspec:\n  training:\n    epochs: many", "is no GreenModel")]
    public void What_is_no_manifest_is_refused_in_a_sentence_that_names_the_file(string text, string sentence)
    {
        var path = folder.Write("bad.yaml", text);

        var error = Assert.Throws<SimulationInputException>(() => ManifestFile.Read(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
