using GreenOps.Server.Execution;
using GreenOps.Server.Telemetry;

namespace GreenOps.Server.Routing;

/// <summary>A variant that a table serves.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="Weight">Its share of the requests that pin no variant, relative to the other variants'.</param>
/// <param name="Path">Its artifact folder below the models folder.</param>
/// <param name="Model">The loaded model.</param>
internal sealed record ServedVariant(string Name, int Weight, string Path, LoadedModel Model)
{
    /// <summary>The metrics of its requests, once it has had one.</summary>
    public VariantSeries? Series { get; set; }
}

/// <summary>
/// One state of the routing: a model, its version and its loaded variants. Immutable but for the counter that divides
/// requests; in use until the last request that began with it has ended.
/// </summary>
internal sealed class ServingTable
{
    private readonly WeightedSequence _sequence;

    /// <summary>Takes over one use of every variant's model.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Its version.</param>
    /// <param name="variants">Its variants, at least one.</param>
    public ServingTable(string model, string version, IReadOnlyList<ServedVariant> variants)
    {
        Model = model;
        Version = version;
        Variants = variants;
        Users = new ReferenceCount(ReleaseModels);

        // Where only variants without weight could be loaded, serving them beats serving nobody.
        _sequence = new WeightedSequence([.. variants.Select(variant => variants.All(other => other.Weight == 0) ? 1 : variant.Weight)]);
    }

    /// <summary>Name of the model.</summary>
    public string Model { get; }

    /// <summary>Version of the model.</summary>
    public string Version { get; }

    /// <summary>The variants, in the order of the routing file.</summary>
    public IReadOnlyList<ServedVariant> Variants { get; }

    /// <summary>What every variant takes and gives.</summary>
    public ModelSignature Signature => Variants[0].Model.Signature;

    /// <summary>The requests that use the table, and the state that offers it to new ones.</summary>
    public ReferenceCount Users { get; }

    /// <summary>The variant that answers the next request that pins none.</summary>
    public ServedVariant Next() => Variants[_sequence.Next()];

    /// <summary>The variant that answers the requests with a key: each key keeps its own while the weights stay.</summary>
    /// <param name="key">What the client calls itself.</param>
    public ServedVariant Next(string key) => Variants[_sequence.At(key)];

    /// <summary>The variant of that name; null when there is none.</summary>
    public ServedVariant? Find(string name) => Variants.FirstOrDefault(variant => variant.Name == name);

    private void ReleaseModels()
    {
        foreach (var variant in Variants)
        {
            variant.Model.Users.Release();
        }
    }
}
