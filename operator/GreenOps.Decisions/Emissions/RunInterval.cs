namespace GreenOps.Decisions.Emissions;

/// <summary>A stretch of time in which work ran without a pause.</summary>
/// <param name="Start">When it started.</param>
/// <param name="End">When it paused or ended; not before the start.</param>
public readonly record struct RunInterval(DateTimeOffset Start, DateTimeOffset End);
