using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GreenOps.Api.Models;
using GreenOps.Operator.Simulation;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace GreenOps.Simulation.Manifests;

/// <summary>Reads the GreenModel of a file with one or more YAML documents, or JSON, which is YAML too.</summary>
internal static class ManifestFile
{
    private const string Kind = "GreenModel";

    /// <summary>Reads the one GreenModel of a file.</summary>
    /// <exception cref="SimulationInputException">The file cannot be read, is not YAML, or has none or several.</exception>
    public static GreenModel Read(string path)
    {
        var models = Documents(path).OfType<JsonObject>().Where(document => document["kind"]?.ToString() == Kind).ToList();
        if (models.Count != 1)
        {
            throw new SimulationInputException($"{path} has {models.Count} objects of kind {Kind}; one is needed.");
        }

        try
        {
            return models[0].Deserialize<GreenModel>() ?? throw new JsonException("the object is empty");
        }
        catch (JsonException error)
        {
            throw new SimulationInputException($"{path} is no {Kind}: {error.Message} kubectl apply --dry-run=server says more.", error);
        }
    }

    private static IEnumerable<JsonNode?> Documents(string path)
    {
        YamlStream stream = [];
        try
        {
            using StreamReader reader = new(path);
            stream.Load(reader);
        }
        catch (YamlException error)
        {
            throw new SimulationInputException($"{path}, line {error.Start.Line}: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SimulationInputException($"{path} cannot be read: {error.Message}", error);
        }

        return stream.Documents.Select(document => ToJson(document.RootNode));
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var text } => Plain(text ?? ""),
        YamlScalarNode { Value: var text } => JsonValue.Create(text),
        _ => null,
    };

    /// <summary>A plain scalar by YAML's core schema, as Kubernetes reads it.</summary>
    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => JsonValue.Create(integer),
        _ when char.IsAsciiDigit(text[^1]) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
