using GreenOps.Contract;

namespace GreenOps.Server.Routing;

/// <summary>Reads <c>routing.json</c> and refuses what no server can follow.</summary>
internal static class RoutingDocument
{
    private const string Name = "routing.json";

    /// <summary>Reads a routing table.</summary>
    /// <param name="json">UTF-8 text of the document.</param>
    /// <exception cref="ContractException">A sentence that names the field, its value and what it must be.</exception>
    public static RoutingTable Read(ReadOnlySpan<byte> json)
    {
        var table = ContractJson.Read<RoutingTable>(json, Name);
        Require(
            table.SchemaVersion == RoutingTable.CurrentSchemaVersion,
            $"schemaVersion is '{table.SchemaVersion}'; this server reads '{RoutingTable.CurrentSchemaVersion}'.");
        Require(table.Model.Length > 0, "model is empty; name the model.");
        Require(table.Version.Length > 0, "version is empty; give the training revision.");
        Require(table.GramsPerKWh is null or >= 0, $"gramsPerKWh is {table.GramsPerKWh}; it must be at least 0, or missing.");
        Require(table.Variants.Count > 0, "variants is empty; name at least one variant.");
        foreach (var variant in table.Variants)
        {
            Require(variant is { Name.Length: > 0 }, "variants holds a variant without a name.");
            Require(
                variant.Path.Length > 0 && variant.Path is not ("." or "..") && !variant.Path.Contains('/') && !variant.Path.Contains('\\'),
                $"variant '{variant.Name}' has path '{variant.Path}'; it must be the name of a folder below the models folder.");
            Require(variant.Weight is >= 0 and <= 100, $"variant '{variant.Name}' has weight {variant.Weight}; it must be 0 to 100 percent.");
        }

        var twice = table.Variants.CountBy(variant => variant.Name).FirstOrDefault(pair => pair.Value > 1).Key;
        Require(twice is null, $"variant '{twice}' is there twice; names must differ.");
        var sum = table.Variants.Sum(variant => variant.Weight);
        Require(sum == 100, $"the weights sum to {sum}; they must sum to 100.");
        return table;
    }

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new ContractException($"{Name} cannot be followed: {sentence}");
        }
    }
}
