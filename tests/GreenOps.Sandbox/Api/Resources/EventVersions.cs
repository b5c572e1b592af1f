using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Resources;

/// <summary>
/// Events are served as <c>v1</c> and as <c>events.k8s.io/v1</c> and stored once. The second version renames the
/// fields of the first.
/// </summary>
internal static class EventVersions
{
    private static readonly (string Core, string Events)[] Renamed =
    [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
        ("reportingComponent", "reportingController"),
    ];

    public static JsonObject ToEventsV1(JsonObject core) => Rename(core, "events.k8s.io/v1", pair => (pair.Core, pair.Events));

    public static JsonObject ToCoreV1(JsonObject events) => Rename(events, "v1", pair => (pair.Events, pair.Core));

    private static JsonObject Rename(JsonObject source, string apiVersion, Func<(string Core, string Events), (string From, string To)> direction)
    {
        var result = source.Copy();
        result["apiVersion"] = apiVersion;
        foreach (var pair in Renamed)
        {
            var (from, to) = direction(pair);
            if (!result.TryGetPropertyValue(from, out var value)) continue;
            result.Remove(from);
            result[to] = value;
        }
        return result;
    }
}
