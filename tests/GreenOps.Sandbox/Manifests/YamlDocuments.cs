using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace GreenOps.Sandbox.Manifests;

/// <summary>A manifest cannot be read or applied; the message names the file and the fault.</summary>
internal sealed class ManifestException(string message) : Exception(message);

/// <summary>Reads YAML as Kubernetes does: plain scalars by the core schema, everything else a string.</summary>
internal static class YamlDocuments
{
    /// <summary>The objects of a file, in order; empty documents are left out.</summary>
    /// <exception cref="ManifestException">The file is not YAML, or a document is not an object.</exception>
    public static IReadOnlyList<JsonObject> Read(string file)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StreamReader(file);
            stream.Load(reader);
        }
        catch (YamlException error)
        {
            throw new ManifestException($"{file}, line {error.Start.Line}: {error.Message}");
        }
        return [.. stream.Documents.Select(document => ToJson(document.RootNode)).OfType<JsonNode>().Select(node => node as JsonObject
            ?? throw new ManifestException($"{file}: a document is not an object with apiVersion, kind and metadata."))];
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var text } => Plain(text ?? ""),
        YamlScalarNode { Value: var text } => JsonValue.Create(text),
        _ => null,
    };

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
