using System.Text.Json.Nodes;

namespace GreenOps.Operator.Tests.Worlds;

/// <summary>A JSON merge patch, RFC 7386.</summary>
internal static class Merge
{
    public static JsonNode Apply(JsonNode target, JsonNode patch)
    {
        if (patch is not JsonObject members)
        {
            return patch.DeepClone();
        }

        var result = target as JsonObject ?? [];
        foreach (var (name, value) in members)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                result[name] = Apply(result[name]?.DeepClone() ?? new JsonObject(), value);
            }
        }

        return result;
    }
}
