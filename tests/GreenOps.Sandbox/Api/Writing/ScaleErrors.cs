using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Writing;

/// <summary>What makes an object unfit for its scale subresource: replicas that are no count.</summary>
internal static class ScaleErrors
{
    /// <summary>The complaints about the desired and the observed replicas.</summary>
    public static IEnumerable<FieldError> Of(ScalePaths paths, JsonObject obj) =>
        ((IReadOnlyList<string>[])[paths.SpecReplicas, paths.StatusReplicas]).Select(path => Check(obj, path)).OfType<FieldError>();

    private static FieldError? Check(JsonObject obj, IReadOnlyList<string> path)
    {
        JsonNode? value = obj;
        for (var i = 0; i < path.Count; i++)
        {
            if (value is null) return null;
            if (value is not JsonObject fields) return Wrong(path, path.Take(i + 1), value, "map[string]interface{}");
            if (!fields.TryGetPropertyValue(path[i], out value)) return null;
        }
        if (value is null) return null;
        if (!value.IsInteger()) return Wrong(path, path, value, "int64");
        return ((JsonValue)value).Number() switch
        {
            < 0 => FieldError.Invalid(Dotted(path), value, "should be a non-negative integer"),
            > int.MaxValue => FieldError.Invalid(Dotted(path), value, $"should be less than or equal to {int.MaxValue}"),
            _ => null,
        };
    }

    private static FieldError Wrong(IReadOnlyList<string> path, IEnumerable<string> reached, JsonNode value, string expected) => FieldError.Invalid(
        Dotted(path), 0, $"{Dotted(reached)} accessor error: {GoText.Value(value)} is of the type {GoText.Type(value)}, expected {expected}");

    private static string Dotted(IEnumerable<string> steps) => "." + string.Join('.', steps);
}
