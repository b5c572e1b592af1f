using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Http;
using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Apply;

/// <summary>Who writes: a field manager, the version it writes in and the subresource it writes to.</summary>
/// <param name="Name">The manager's name.</param>
/// <param name="IsApply">Whether it applies (owns what it last applied) or updates (owns what it changed).</param>
/// <param name="ApiVersion">The version the fields are written in.</param>
/// <param name="Subresource">Empty for the object itself.</param>
internal sealed record FieldManager(string Name, bool IsApply, string ApiVersion, string Subresource)
{
    /// <summary>An applier is the same manager in every version.</summary>
    public (string, bool, string, string) Identity => (Name, IsApply, IsApply ? "" : ApiVersion, Subresource);
}

/// <summary>What one manager owns.</summary>
internal sealed record ManagedEntry(FieldManager Manager, FieldSet Fields, string Time);

/// <summary>The owners of an object's fields: the typed form of <c>metadata.managedFields</c>.</summary>
internal sealed class ManagedFields(IReadOnlyList<ManagedEntry> entries)
{
    public static readonly ManagedFields None = new([]);

    public IReadOnlyList<ManagedEntry> Entries { get; } = entries;

    /// <summary>Reads an object's managed fields; entries that cannot be read are dropped.</summary>
    public static ManagedFields Of(JsonObject obj) => new(
    [
        .. from entry in obj.Array("metadata", "managedFields")?.OfType<JsonObject>() ?? []
           where entry.String("operation") is "Apply" or "Update"
           let manager = new FieldManager(
               entry.String("manager") ?? "", entry.String("operation") == "Apply", entry.String("apiVersion") ?? "", entry.String("subresource") ?? "")
           select new ManagedEntry(manager, FieldSet.Parse(entry.Object("fieldsV1") ?? []), entry.String("time") ?? ""),
    ]);

    public FieldSet FieldsOf(FieldManager manager) => Entries.FirstOrDefault(entry => entry.Manager.Identity == manager.Identity)?.Fields ?? FieldSet.Empty;

    /// <summary>Everything that anybody owns.</summary>
    public FieldSet All => Entries.Aggregate(FieldSet.Empty, (all, entry) => all.Union(entry.Fields));

    /// <summary>Gives one manager another set; an empty one removes it.</summary>
    public ManagedFields With(FieldManager manager, FieldSet fields, string time)
    {
        var others = Entries.Where(entry => entry.Manager.Identity != manager.Identity);
        return new(fields.IsEmpty ? [.. others] : [.. others, new ManagedEntry(manager, fields, time)]);
    }

    /// <summary>Takes fields away from everybody but one manager.</summary>
    public ManagedFields TakeFromOthers(FieldManager manager, FieldSet fields) => Map(entry => entry.Manager.Identity == manager.Identity ? entry.Fields : entry.Fields.Except(fields));

    /// <summary>Takes fields that are gone away from everybody.</summary>
    public ManagedFields Forget(FieldSet removed) => Map(entry => entry.Fields.Except(removed));

    /// <summary>Refuses a write that would change fields of another manager to other values.</summary>
    public void RefuseConflicts(FieldManager manager, FieldSet changed)
    {
        var conflicts = (from entry in Entries
                         where entry.Manager.Identity != manager.Identity
                         from path in entry.Fields.Intersect(changed).Paths()
                         select (Who: Describe(entry), Path: path)).ToList();
        if (conflicts.Count == 0) return;
        var byManager = conflicts.GroupBy(conflict => conflict.Who).OrderBy(group => group.Key, StringComparer.Ordinal).Select(Sentence).ToList();
        var count = conflicts.Count;
        var causes = conflicts.Select(conflict => (JsonNode)new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {conflict.Who}",
            ["field"] = conflict.Path,
        });
        throw new ApiStatusException(
            409, "Conflict", $"Apply failed with {count} conflict{(count == 1 ? "" : "s")}: {string.Join('\n', byManager)}",
            new JsonObject { ["causes"] = new JsonArray([.. causes]) });
    }

    /// <summary>Writes the owners into an object.</summary>
    public void WriteTo(JsonObject obj)
    {
        var ordered = Entries.Where(entry => !entry.Fields.IsEmpty)
            .OrderBy(entry => entry.Manager.IsApply ? 0 : 1).ThenBy(entry => entry.Time, StringComparer.Ordinal)
            .ThenBy(entry => entry.Manager.Name, StringComparer.Ordinal).ThenBy(entry => entry.Manager.ApiVersion, StringComparer.Ordinal)
            .ThenBy(entry => entry.Manager.Subresource, StringComparer.Ordinal);
        var array = new JsonArray();
        foreach (var entry in ordered)
        {
            var json = new JsonObject
            {
                ["apiVersion"] = entry.Manager.ApiVersion,
                ["fieldsType"] = "FieldsV1",
                ["fieldsV1"] = entry.Fields.ToJson(),
                ["manager"] = entry.Manager.Name,
                ["operation"] = entry.Manager.IsApply ? "Apply" : "Update",
            };
            if (entry.Manager.Subresource.Length > 0) json["subresource"] = entry.Manager.Subresource;
            if (entry.Time.Length > 0) json["time"] = entry.Time;
            array.Add(json);
        }
        obj.Meta().SetOrRemove("managedFields", array.Count == 0 ? null : array);
    }

    /// <summary>Whether the same managers own the same fields, whenever they wrote them.</summary>
    public bool SameOwners(ManagedFields other) =>
        Entries.Count == other.Entries.Count
        && Entries.All(entry => other.Entries.Any(theirs => theirs.Manager == entry.Manager && theirs.Fields.SameAs(entry.Fields)));

    private ManagedFields Map(Func<ManagedEntry, FieldSet> change) =>
        new([.. Entries.Select(entry => entry with { Fields = change(entry) }).Where(entry => !entry.Fields.IsEmpty)]);

    private static string Sentence(IGrouping<string, (string Who, string Path)> conflicts) =>
        conflicts.Count() == 1
            ? $"conflict with {conflicts.Key}: {conflicts.First().Path}"
            : $"conflicts with {conflicts.Key}:{string.Concat(conflicts.Select(conflict => $"\n- {conflict.Path}"))}";

    private static string Describe(ManagedEntry entry)
    {
        var who = $"\"{entry.Manager.Name}\"";
        if (entry.Manager.Subresource.Length > 0) who += $" with subresource \"{entry.Manager.Subresource}\"";
        if (!entry.Manager.IsApply) who += $" using {entry.Manager.ApiVersion}";
        return who;
    }
}
