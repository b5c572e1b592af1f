using System.Text.Json.Nodes;
using GreenOps.Operator.Simulation;
using GreenOps.Simulation.Variants;
using Xunit;

namespace GreenOps.Simulation.Tests.Variants;

public sealed class VariantFileTests : IDisposable
{
    private readonly InputFolder folder = new();

    [Fact]
    public void What_is_written_is_what_is_read()
    {
        var set = folder.Variants();

        Assert.Equal(
            [new SimulatedVariant("full", 0.90, new(4), 20), new SimulatedVariant("slim", 0.88, new(2), 20)],
            set.Variants);
        Assert.Equal(Fleet.Stated with { IdleWatts = 1, StartSeconds = 15, TargetUtilization = 0.5 }, set.Fleet);
        Assert.Empty(set.Remarks);
    }

    [Theory]
    [InlineData("""{"joulesPerRequest": 0.004, "latencyP50Microseconds": 2000}""")]
    [InlineData("""{"millijoulesPerInference": 4, "latencyP50Milliseconds": 2}""")]
    [InlineData("""{"watts": 2, "throughput": 500}""")]
    [InlineData("""{"joulesPerRequest": "0.004", "requestsPerSecond": "500"}""")]
    public void Energy_and_rate_may_be_said_in_other_units(string figures)
    {
        var entry = JsonNode.Parse(figures)!.AsObject();
        (entry["name"], entry["accuracy"]) = ("full", 0.9);

        var variant = Assert.Single(VariantFile.OfStatus("status", [entry]).Variants);

        Assert.Equal(0.004, variant.JoulesPerRequest.Value, 1e-12);
        Assert.Equal(500, variant.RequestsPerSecond, 1e-9);
    }

    [Fact]
    public void A_model_as_kubectl_prints_it_gives_its_accepted_variants()
    {
        var path = folder.Write("model.json", """
            {"kind": "GreenModel", "status": {"variants": [
              {"name": "full", "accuracy": 0.9, "accepted": true, "millijoulesPerInference": 4},
              {"name": "poor", "accuracy": 0.5, "accepted": false}]}}
            """);

        var set = VariantFile.Read(path);

        Assert.Equal("full", Assert.Single(set.Variants).Name);
        Assert.Contains(set.Remarks, remark => remark.Contains("has no requestsPerSecond", StringComparison.Ordinal));
        Assert.Contains(set.Remarks, remark => remark.Contains("idle replica", StringComparison.Ordinal));
    }

    [Fact]
    public void The_example_says_that_it_is_nobodys_model() =>
        Assert.Contains("not your model's", VariantFile.Example().Source, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("{", "is not JSON")]
    [InlineData("null", "has no list of variants")]
    [InlineData("7", "has no list of variants")]
    [InlineData("""{"status": []}""", "has no list of variants")]
    [InlineData("""{"variants": {}}""", "has no list of variants")]
    [InlineData("""{"variants": [], "variants": []}""", "is not JSON")]
    [InlineData("[]", "no variant that may serve")]
    [InlineData("[1, null]", "no variant that may serve")]
    [InlineData("""[{"accuracy": 0.9}]""", "a variant without a name")]
    [InlineData("""[{"name": "a", "joulesPerRequest": 1}]""", "variant 'a' has no accuracy")]
    [InlineData("""[{"name": "a", "accuracy": 91, "joulesPerRequest": 1}]""", "accuracy of 91")]
    [InlineData("""[{"name": "a", "accuracy": -0.1, "joulesPerRequest": 1}]""", "accuracy is -0.1")]
    [InlineData("""[{"name": "a", "accuracy": [0.9], "joulesPerRequest": 1}]""", "accuracy is [0.9]")]
    [InlineData("""[{"name": "a", "accuracy": "NaN", "joulesPerRequest": 1}]""", "accuracy is \"NaN\"")]
    [InlineData("""[{"name": "a", "accuracy": 0.9}]""", "has no joulesPerRequest")]
    [InlineData("""[{"name": "a", "accuracy": 0.9, "joulesPerRequest": 0}]""", "both must be more")]
    [InlineData("""[{"name": "a", "accuracy": 0.9, "joulesPerRequest": 1, "requestsPerSecond": 0}]""", "both must be more")]
    [InlineData("""[{"name": "a", "accuracy": 0.9, "joulesPerRequest": 1}, {"name": "a", "accuracy": 0.8, "joulesPerRequest": 1}]""", "'a' more than once")]
    [InlineData("""{"variants": [{"name": "a", "accuracy": 0.9, "joulesPerRequest": 1}], "replica": {"targetUtilization": 0}}""", "targetUtilization must be above 0")]
    [InlineData("""{"variants": [{"name": "a", "accuracy": 0.9, "joulesPerRequest": 1}], "replica": {"idleWatts": "much"}}""", "idleWatts is \"much\"")]
    public void What_cannot_be_used_is_refused_in_a_sentence_that_names_the_file(string text, string sentence)
    {
        var path = folder.Write("bad.json", text);

        var error = Assert.Throws<SimulationInputException>(() => VariantFile.Read(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var error = Assert.Throws<SimulationInputException>(() => VariantFile.Read(folder.File("none.json")));
        Assert.Contains("none.json cannot be read", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
