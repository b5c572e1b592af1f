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

    // More than any manifest has, and few enough that an alias within its own anchor ends soon.
    private const int DeepestLevel = 40;

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

        return stream.Documents.Select(document => ToJson(path, document.RootNode, DeepestLevel));
    }

    private static JsonNode? ToJson(string path, YamlNode node, int levels) => node switch
    {
        _ when levels == 0 => throw new SimulationInputException($"{path}, line {node.Start.Line}: values are nested deeper than {DeepestLevel} levels; does an alias name what it is part of?"),
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(Key(path, pair.Key), ToJson(path, pair.Value, levels - 1)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(item => ToJson(path, item, levels - 1))]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var text } => Plain(text ?? ""),
        YamlScalarNode { Value: var text } => JsonValue.Create(text),
        _ => null,
    };

    private static string Key(string path, YamlNode node) => node is YamlScalarNode { Value: { } key }
        ? key
        : throw new SimulationInputException($"{path}, line {node.Start.Line}: the name of a field is a list or an object; write it as text.");

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
