namespace GreenOps.Decisions.Carbon;

/// <summary>One intensity and the moment from which it holds.</summary>
/// <param name="At">Start of the period the intensity describes.</param>
/// <param name="Intensity">Mean intensity of that period.</param>
public readonly record struct CarbonSample(DateTimeOffset At, GramsPerKilowattHour Intensity);
