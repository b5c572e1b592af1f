using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GreenOps.Contract;
using GreenOps.Decisions;
using GreenOps.Operator.Simulation;

namespace GreenOps.Simulation.Variants;

/// <summary>
/// Reads the figures of variants: an object with <c>variants</c> and <c>replica</c>, a list of variants alone, or what
/// <c>kubectl get greenmodel NAME -o json</c> prints.
/// </summary>
internal static class VariantFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>Reads a file.</summary>
    /// <exception cref="SimulationInputException">It cannot be read, or a figure is missing or has no meaning.</exception>
    public static VariantSet Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SimulationInputException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The example profile, for manifests whose variants nobody has measured yet.</summary>
    public static VariantSet Example()
    {
        using var stream = typeof(VariantFile).Assembly.GetManifestResourceStream("variants.json")!;
        using StreamReader reader = new(stream);
        return Parse("the example profile (not your model's)", reader.ReadToEnd());
    }

    /// <summary>Reads variants out of a status, as the API server gives it.</summary>
    /// <param name="source">Where it is from, for people.</param>
    /// <param name="variants">The list <c>status.variants</c>.</param>
    /// <exception cref="SimulationInputException">A figure is missing or has no meaning.</exception>
    public static VariantSet OfStatus(string source, JsonArray variants) => Parse(source, variants, null);

    private static VariantSet Parse(string source, string text)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(text, documentOptions: Lenient);
        }
        catch (JsonException error)
        {
            throw new SimulationInputException($"{source} is not JSON: {error.Message}", error);
        }

        return root switch
        {
            JsonArray list => Parse(source, list, null),
            JsonObject { } file when (file["variants"] ?? (file["status"] as JsonObject)?["variants"]) is JsonArray list => Parse(source, list, file["replica"] as JsonObject),
            _ => throw new SimulationInputException($$"""{{source}} has no list of variants; write {"variants": [{"name": "full", "accuracy": 0.91, "joulesPerRequest": 0.004, "requestsPerSecond": 800}, ...]}."""),
        };
    }

    private static VariantSet Parse(string source, JsonArray list, JsonObject? replica)
    {
        List<string> remarks = [];
        List<SimulatedVariant> variants = [];
        foreach (var entry in list.OfType<JsonObject>().Where(entry => Accepted(entry)))
        {
            variants.Add(Variant(source, entry, remarks));
        }

        if (variants.Count == 0)
        {
            throw new SimulationInputException($"{source} has no variant that may serve; at least one is needed.");
        }

        if (variants.GroupBy(variant => variant.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new SimulationInputException($"{source} has variant '{twice.Key}' more than once; give each its own name.");
        }

        return new VariantSet(source, variants, Replicas(source, replica, remarks), remarks);
    }

    private static bool Accepted(JsonObject entry) => entry["accepted"] is not JsonValue value || !value.TryGetValue<bool>(out var accepted) || accepted;

    private static SimulatedVariant Variant(string source, JsonObject entry, List<string> remarks)
    {
        var name = entry["name"]?.ToString() is { Length: > 0 } given
            ? given
            : throw new SimulationInputException($"{source} has a variant without a name; give it one.");
        var where = $"{source}, variant '{name}'";
        var accuracy = Number(where, entry, "accuracy") ?? throw new SimulationInputException($"{where} has no accuracy; write a number from 0 to 1.");
        if (accuracy > 1)
        {
            throw new SimulationInputException(string.Create(CultureInfo.InvariantCulture, $"{where} has an accuracy of {accuracy}; write it as a number from 0 to 1, such as 0.91."));
        }

        var rate = Number(where, entry, "requestsPerSecond")
            ?? Inverse(Number(where, entry, "latencyP50Microseconds"), 1e6)
            ?? Inverse(Number(where, entry, "latencyP50Milliseconds") ?? Number(where, entry, "latencyMilliseconds"), 1e3)
            ?? Number(where, entry, "throughput");
        var joules = Number(where, entry, "joulesPerRequest")
            ?? Number(where, entry, "millijoulesPerInference") / 1e3
            ?? Number(where, entry, "watts") / rate
            ?? throw new SimulationInputException($"{where} has no joulesPerRequest, and no watts with requestsPerSecond to work it out from; write the joules of one request.");
        if (rate is null)
        {
            remarks.Add($"{where} has no requestsPerSecond; one replica is taken for a core of {PowerSpec.CloudServerCore.PeakWattsPerCore} W at work.");
            rate = PowerSpec.CloudServerCore.PeakWattsPerCore / joules;
        }

        return rate > 0 && joules > 0
            ? new SimulatedVariant(name, accuracy, new Joules(joules), rate.Value)
            : throw new SimulationInputException($"{where} has a joulesPerRequest or requestsPerSecond of 0; both must be more.");
    }

    private static Fleet Replicas(string source, JsonObject? replica, List<string> remarks)
    {
        var where = $"{source}, replica";
        var idle = replica is null ? null : Number(where, replica, "idleWatts");
        if (idle is null)
        {
            remarks.Add($"{source} does not say what an idle replica draws; {Fleet.Stated.IdleWatts} W, a stated cloud core, is taken.");
        }

        return replica is null ? Fleet.Stated : Fleet.Stated with
        {
            IdleWatts = idle ?? Fleet.Stated.IdleWatts,
            StartSeconds = Number(where, replica, "startSeconds") ?? Fleet.Stated.StartSeconds,
            TargetUtilization = Number(where, replica, "targetUtilization") switch
            {
                null => Fleet.Stated.TargetUtilization,
                > 0 and <= 1 and { } target => target,
                _ => throw new SimulationInputException($"{where}: targetUtilization must be above 0 and at most 1."),
            },
        };
    }

    private static double? Inverse(double? value, double unit) => value > 0 ? unit / value : null;

    private static double? Number(string where, JsonObject entry, string name)
    {
        if (entry[name] is not { } node)
        {
            return null;
        }

        // Decimal strings, as in the spec of a GreenModel, are numbers too.
        return double.TryParse(node.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= 0
            ? value
            : throw new SimulationInputException($"{where}: {name} is {node.ToJsonString()}; it must be a number of at least 0.");
    }
}
