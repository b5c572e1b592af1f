namespace GreenOps.Decisions.Emissions;

/// <summary>A pod's energy counter, which only grows until the pod's process restarts.</summary>
/// <param name="Pod">Unique pod name.</param>
/// <param name="Total">Energy since the process started.</param>
public readonly record struct MeterReading(string Pod, Joules Total);
