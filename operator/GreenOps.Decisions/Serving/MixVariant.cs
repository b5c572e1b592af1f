namespace GreenOps.Decisions.Serving;

/// <summary>An accepted variant as the mix sees it.</summary>
/// <param name="Name">Unique name.</param>
/// <param name="Accuracy">Measured accuracy from 0 to 1.</param>
/// <param name="JoulesPerRequest">Energy per request, the share of idle power at the target utilization included.</param>
public sealed record MixVariant(string Name, double Accuracy, Joules JoulesPerRequest);
