using System.Globalization;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Storage;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>Answers list requests, in pages when asked. All pages of a list show one version of the store.</summary>
internal sealed class ResourceLister(ObjectStore store, Answers answers)
{
    private const string Expired =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.";

    public Task ListAsync(HttpContext http, ResourceRequest request)
    {
        var query = http.Request.Query;
        var (labels, fields) = (Selectors.Labels(query["labelSelector"]), Selectors.Fields(query["fieldSelector"], request.Type));
        var token = query["continue"] is [{ Length: > 0 } text] ? ContinueToken.Decode(text) : null;
        var (items, version) = Snapshot(request, token, query["resourceVersion"].ToString(), query["resourceVersionMatch"] == "Exact");
        var matching = items.Where(item => labels(item.Value) && fields(item.As(request.Type)))
            .Where(item => token is null || Key(item).CompareTo(token.Last) > 0).ToList();
        var meta = Answers.ListMeta(request.Type, version);
        if (Limit(query["limit"].ToString()) is var limit and > 0 && matching.Count > limit)
        {
            var last = Key(matching[limit - 1]);
            meta["continue"] = new ContinueToken(version, last.Namespace, last.Name).Encode();
            meta["remainingItemCount"] = matching.Count - limit;
            matching = matching[..limit];
        }
        return answers.ListAsync(http, request.Type, meta, matching);
    }

    private static int Limit(string text)
    {
        if (text.Length == 0) return 0;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : throw ApiStatusException.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }

    private (IReadOnlyList<StoredObject> Items, long Version) Snapshot(ResourceRequest request, ContinueToken? token, string version, bool exact)
    {
        lock (store.Gate)
        {
            if (version.Length > 0 && !ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                throw ApiStatusException.BadRequest($"invalid resource version: resourceVersion: Invalid value: \"{version}\": strconv.ParseUint: parsing \"{version}\": invalid syntax");
            var at = token?.Version ?? (exact ? long.Parse(version, CultureInfo.InvariantCulture) : store.Version);
            var items = at == store.Version ? store.List(request.Type.Storage, request.Namespace) : store.ListAt(request.Type.Storage, request.Namespace, at);
            if (items is null) throw ApiStatusException.Expired(token is null ? $"too old resource version: {at}" : Expired);
            return (items, at);
        }
    }

    private static ObjectKey Key(StoredObject item) => new(item.Value.Namespace(), item.Value.Name());
}
