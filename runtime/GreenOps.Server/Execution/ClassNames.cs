using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Execution;

/// <summary>Names of classes, as the trainer leaves them in the file's metadata.</summary>
internal static class ClassNames
{
    private const string Key = "greenops.class_names";

    /// <summary>The names; empty when there are none, or what is there is no list of names.</summary>
    public static IReadOnlyList<string> Of(InferenceSession session)
    {
        if (!session.ModelMetadata.CustomMetadataMap.TryGetValue(Key, out var json))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select(name => name.ToString())]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
