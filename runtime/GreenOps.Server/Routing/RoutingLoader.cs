using GreenOps.Contract;
using GreenOps.Server.Execution;

namespace GreenOps.Server.Routing;

/// <summary>The outcome of loading the variants of a routing table.</summary>
/// <param name="Table">The table that can serve, or null.</param>
/// <param name="Faults">Why each variant that could not be loaded could not.</param>
internal sealed record LoadOutcome(ServingTable? Table, IReadOnlyList<LoadFault> Faults);

/// <summary>Why a variant could not be loaded.</summary>
/// <param name="Path">Its artifact folder below the models folder.</param>
/// <param name="Sentence">What is wrong.</param>
internal sealed record LoadFault(string Path, string Sentence);

/// <summary>Turns a routing table into loaded models; those that are loaded already are kept.</summary>
/// <param name="models">Loads one model.</param>
/// <param name="modelsFolder">Folder of the artifacts, as the container knows it.</param>
internal sealed class RoutingLoader(IModelLoader models, string modelsFolder)
{
    /// <summary>Loads what is missing.</summary>
    /// <param name="routing">The table that is wanted.</param>
    /// <param name="current">The table in force: its models are used again where the path is the same. Null at the start.</param>
    /// <returns>
    /// A table with every variant; or, when some cannot be loaded, one with the others if there was none before, and
    /// no table if there was, so that a damaged artifact never changes what is served.
    /// </returns>
    public LoadOutcome Load(RoutingTable routing, ServingTable? current)
    {
        var variants = new List<ServedVariant>();
        var faults = new List<LoadFault>();
        foreach (var routed in routing.Variants)
        {
            try
            {
                variants.Add(new ServedVariant(routed.Name, routed.Weight, routed.Path, Load(routed, variants, current)));
            }
            catch (ModelLoadException error)
            {
                faults.Add(new LoadFault(routed.Path, $"Variant '{routed.Name}' in '{routed.Path}' cannot be served: {error.Message}"));
            }
        }

        if (variants.Count == 0 || (faults.Count > 0 && current is not null))
        {
            variants.ForEach(variant => variant.Model.Users.Release());
            return new LoadOutcome(null, faults);
        }

        return new LoadOutcome(new ServingTable(routing.Model, routing.Version, variants), faults);
    }

    private LoadedModel Load(RoutedVariant routed, List<ServedVariant> loaded, ServingTable? current)
    {
        var known = loaded.Concat(current?.Variants ?? []).FirstOrDefault(variant => variant.Path == routed.Path)?.Model;
        var model = known is not null && known.Users.TryAdd() ? known : models.Load(ContainerPaths.Resolve(Path.Join(modelsFolder, routed.Path)));
        if (loaded.FirstOrDefault() is { } first && !first.Model.Signature.Matches(model.Signature))
        {
            var signature = model.Signature;
            model.Users.Release();
            throw new ModelLoadException($"it is {signature} and variant '{first.Name}' is {first.Model.Signature}, so that one could not stand for the other.");
        }

        return model;
    }
}
