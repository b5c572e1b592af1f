namespace GreenOps.Decisions.Serving;

/// <summary>The part of the traffic that one variant serves.</summary>
/// <param name="Variant">The variant's name.</param>
/// <param name="Share">From 0 to 1; a whole multiple of 2^-30, so that the shares of a mix sum to exactly 1.</param>
public readonly record struct VariantShare(string Variant, double Share);
