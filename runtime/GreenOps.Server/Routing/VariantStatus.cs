namespace GreenOps.Server.Routing;

/// <summary>What has become of a variant that the routing file names.</summary>
internal enum VariantState
{
    /// <summary>It is loaded and warm.</summary>
    Ready,

    /// <summary>It is being loaded.</summary>
    Loading,

    /// <summary>It is not loaded, for the reason given.</summary>
    Unavailable,
}

/// <summary>A variant that the routing file names.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Path">Its artifact folder below the models folder.</param>
/// <param name="Weight">Its share by the routing file, in percent.</param>
/// <param name="State">What has become of it.</param>
/// <param name="Reason">Why it is unavailable, as a sentence; empty for the others.</param>
internal sealed record VariantStatus(string Model, string Version, string Variant, string Path, int Weight, VariantState State, string Reason);
