using System.Text.Json.Nodes;
using System.Xml.Linq;
using GreenOps.Contract;
using GreenOps.Simulation.Commands;
using Xunit;

namespace GreenOps.Simulation.Tests.Commands;

public sealed class GreenOpsCommandTests : IDisposable
{
    private const int Hours = 52 * 24;

    private readonly InputFolder folder = new();
    private readonly StringWriter printed = new();
    private readonly StringWriter errors = new();

    [Fact]
    public void Training_prints_the_documented_figures_as_json()
    {
        var result = Json("simulate", "training", "--carbon", Day(), "--work-hours", "4", "--slack-hours", "8", "--interruptible", "--output", "json");

        Assert.Superset(
            new HashSet<string> { "savingPercent", "oracleSavingPercent", "fractionOfOracle", "deadlineMisses", "resumesPerJob", "energyRatio", "starts" },
            Names(result));
        Assert.Equal(0, (int)result["deadlineMisses"]!);
        Assert.InRange((double)result["savingPercent"]!, 1, (double)result["oracleSavingPercent"]! + 1e-9);
    }

    [Fact]
    public void Serving_prints_the_documented_figures_as_json()
    {
        var carbon = folder.WriteCarbon(Enumerable.Range(0, 48).Select(hour => 200.0 + (hour % 24 * 10)));

        var result = Json("simulate", "serving", "--carbon", carbon, "--requests", folder.WriteRequests(Enumerable.Repeat(20.0, 48)), "--variants", folder.WriteVariants(), "--accuracy-floor", "0.89", "--window-hours", "24", "--output", "json");

        Assert.Superset(
            new HashSet<string> { "gramsPer1000Requests", "baselines", "optimum", "fractionOfOptimum", "meanAccuracy", "windowsBelowFloor", "sloViolationPercent" },
            Names(result));
        Assert.Equal(new HashSet<string> { "static", "utilizationOnly", "constantMix" }, Names(result["baselines"]!));
    }

    [Fact]
    public void A_manifest_is_simulated_and_plotted()
    {
        var manifest = folder.Write("model.yaml", """
            apiVersion: greenops.dev/v1alpha1
            kind: GreenModel
            metadata:
              name: digits
            spec:
              carbonZone: zone
              training:
                schedule:
                  deadlineSeconds: 43200
                  expectedDurationSeconds: 14400
                  interruptible: true
              serving:
                variants:
                  policy: CarbonAware
                  accuracyFloor: "0.89"
                  windowSeconds: 86400
            """);

        var result = Json("simulate", "-f", manifest, "--carbon", Day(), "--requests", folder.WriteRequests(Enumerable.Repeat(20.0, 48)), "--variants", folder.WriteVariants(), "--plot", folder.File("plot"), "--output", "json");

        Assert.Equal("digits", (string)result["model"]!);
        Assert.True((double)result["training"]!["savingPercent"]! > 1);
        Assert.Equal(0, (int)result["training"]!["deadlineMisses"]!);
        Assert.NotNull(result["serving"]!["fractionOfOptimum"]);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], File.ReadAllBytes(folder.File("plot.png")).Take(8));
        var svg = XDocument.Load(folder.File("plot.svg"));
        Assert.Equal("svg", svg.Root!.Name.LocalName);
        var texts = svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim()).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(new HashSet<string> { "g CO2e/kWh", "workers", "mix in %", "replicas" }, texts);
    }

    [Theory]
    [InlineData("simulate training --carbon none.csv --work-hours 4 --slack-hours 8", "none.csv cannot be read")]
    [InlineData("simulate training --carbon none.csv --work-hours 0 --slack-hours 8", "--work-hours is 0")]
    [InlineData("simulate training --carbon none.csv --work-hours 4", "--slack-hours is missing")]
    [InlineData("simulate serving --carbon none.csv --requests none.csv --variants none.json --accuracy-floor 0.9", "none.csv cannot be read")]
    [InlineData("simulate -f none.yaml --carbon none.csv", "none.yaml cannot be read")]
    public void Input_that_cannot_be_used_ends_with_64_and_one_sentence(string line, string sentence)
    {
        Assert.Equal(ExitCodes.BadInput, GreenOpsCommand.Run(line.Split(' '), printed, errors));

        Assert.StartsWith("greenops: ", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains(sentence, errors.ToString(), StringComparison.Ordinal);
        Assert.Single(errors.ToString().Trim().Split('\n'));
        Assert.Empty(printed.ToString());
    }

    [Theory]
    [InlineData("simulate serving --carbon x.csv", "--requests")]
    [InlineData("simulate training --carbon x.csv --work-hours 4 --slack-hours 8 --forecast guess", "--forecast is 'guess'")]
    [InlineData("emulate", "emulate")]
    public void A_command_line_that_cannot_be_read_ends_with_64(string line, string named)
    {
        Assert.Equal(ExitCodes.BadInput, GreenOpsCommand.Run(line.Split(' '), printed, errors));
        Assert.Contains(named, errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.89", "0", "--window-hours is 0")]
    [InlineData("1.5", "24", "--accuracy-floor is 1.5")]
    [InlineData("0.89", "72", "a window of 72 needs at least as many")]
    public void A_floor_or_window_without_meaning_is_named(string floor, string window, string sentence)
    {
        var carbon = folder.WriteCarbon(Enumerable.Repeat(200.0, 48));

        Assert.Equal(ExitCodes.BadInput, GreenOpsCommand.Run(
            ["simulate", "serving", "--carbon", carbon, "--requests", folder.WriteRequests(Enumerable.Repeat(20.0, 48)), "--variants", folder.WriteVariants(), "--accuracy-floor", floor, "--window-hours", window],
            printed,
            errors));

        Assert.Contains(sentence, errors.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        folder.Dispose();
        printed.Dispose();
        errors.Dispose();
    }

    private string Day() => folder.WriteCarbon(Enumerable.Range(0, Hours).Select(hour => 300 + (150 * Math.Sin(hour * Math.PI / 12))));

    private JsonNode Json(params string[] line)
    {
        var code = GreenOpsCommand.Run(line, printed, errors);
        Assert.True(code == ExitCodes.Done, errors.ToString());
        return JsonNode.Parse(printed.ToString())!;
    }

    private static HashSet<string> Names(JsonNode node) => [.. node.AsObject().Select(property => property.Key)];
}
