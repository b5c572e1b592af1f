using GreenOps.Server.Routing;

namespace GreenOps.Server.Protocol;

/// <summary>A model as the repository extension lists it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="State"><c>READY</c> when it answers, <c>LOADING</c>, or <c>UNAVAILABLE</c>.</param>
/// <param name="Reason">Why variants of it do not answer; empty when all do.</param>
/// <param name="Variants">Its variants.</param>
internal sealed record ModelEntry(string Name, string Version, string State, string Reason, IReadOnlyList<VariantStatus> Variants);

/// <summary>
/// The model repository extension of the protocol (Triton's). There is one model; its variants are loaded and unloaded
/// by the parameter <c>variant</c>, as an inference chooses one, and all of them without it.
/// </summary>
internal sealed class ModelRepository(VariantRepository variants)
{
    /// <summary>The models of the repository.</summary>
    /// <param name="ready">Whether only those that answer.</param>
    public IReadOnlyList<ModelEntry> Index(bool ready)
    {
        var all = variants.List();
        if (all.Count == 0 || (ready && all.All(variant => variant.State != VariantState.Ready)))
        {
            return [];
        }

        var reasons = all.Where(variant => variant.Reason.Length > 0).Select(variant => $"{variant.Variant}: {variant.Reason}");
        return [new ModelEntry(all[0].Model, all[0].Version, Word(all.Min(variant => variant.State)), string.Join(' ', reasons), all)];
    }

    /// <summary>Loads one variant, or all.</summary>
    /// <exception cref="ProtocolException">404 for what is not here, 400 for what cannot be loaded.</exception>
    public async Task LoadAsync(string? model, string? variant, CancellationToken cancellationToken)
    {
        foreach (var name in Named(model, variant))
        {
            await variants.LoadAsync(name, cancellationToken);
        }
    }

    /// <summary>Takes one variant, or all, out of memory.</summary>
    /// <exception cref="ProtocolException">404 for what is not here.</exception>
    public async Task UnloadAsync(string? model, string? variant, CancellationToken cancellationToken)
    {
        foreach (var name in Named(model, variant))
        {
            await variants.UnloadAsync(name, cancellationToken);
        }
    }

    /// <summary>A state as the extension calls it.</summary>
    public static string Word(VariantState state) => state switch
    {
        VariantState.Ready => "READY",
        VariantState.Loading => "LOADING",
        _ => "UNAVAILABLE",
    };

    private List<string> Named(string? model, string? variant)
    {
        var all = variants.List();
        if (all.Count == 0 || all[0].Model != model)
        {
            throw ProtocolException.NotFound(all.Count == 0
                ? $"There is no model '{model}' here; the routing file has not been read yet."
                : $"There is no model '{model}' here; this server has '{all[0].Model}'.");
        }

        return variant is null ? [.. all.Select(known => known.Variant)] : [variant];
    }
}
