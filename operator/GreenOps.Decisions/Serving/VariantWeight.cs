namespace GreenOps.Decisions.Serving;

/// <summary>The part of the traffic that one variant serves, in whole percent.</summary>
/// <param name="Variant">The variant's name.</param>
/// <param name="Percent">From 0 to 100.</param>
public readonly record struct VariantWeight(string Variant, int Percent);
