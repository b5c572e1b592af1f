namespace GreenOps.Decisions.Training;

/// <summary>What a number of workers does and takes.</summary>
/// <param name="Workers">How many run.</param>
/// <param name="Throughput">Work done in an hour, in hours of one worker.</param>
/// <param name="Power">Power drawn, in that of one worker.</param>
public readonly record struct ScalingLevel(int Workers, double Throughput, double Power);
