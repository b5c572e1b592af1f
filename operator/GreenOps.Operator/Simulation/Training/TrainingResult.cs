using System.Text.Json.Serialization;

namespace GreenOps.Operator.Simulation.Training;

/// <summary>What a policy saved over many starts.</summary>
/// <param name="SavingPercent">Grams saved against running at once and through, in percent of all starts' sum.</param>
/// <param name="OracleSavingPercent">The same for the best that perfect knowledge could do.</param>
/// <param name="DeadlineMisses">Starts whose training was not done at its deadline.</param>
/// <param name="ResumesPerJob">How often a training resumed after a pause, on average.</param>
/// <param name="EnergyRatio">Energy of the policy over energy of running at once.</param>
/// <param name="Starts">How many trainings were started.</param>
public sealed record TrainingResult(
    double SavingPercent,
    double OracleSavingPercent,
    int DeadlineMisses,
    double ResumesPerJob,
    double EnergyRatio,
    int Starts)
{
    /// <summary>Share of the best saving that was reached; 1 where there was nothing to save.</summary>
    public double FractionOfOracle => OracleSavingPercent > 0 ? SavingPercent / OracleSavingPercent : 1;

    /// <summary>Starts at which there was no potential, so that the training ran at once.</summary>
    public int NoPotentialStarts { get; init; }

    /// <summary>Elastic: what one worker saves that is suspended and resumed by perfect knowledge; null where one worker is too slow.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SuspendResumeSavingPercent { get; init; }

    /// <summary>Elastic: what the policy saves against that.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SavingOverSuspendResumePercent { get; init; }

    /// <summary>Elastic: how often the number of workers changed after the start, on average.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ChangesPerJob { get; init; }

    /// <summary>What was emitted less than by another way, in percent of that.</summary>
    /// <param name="emitted">What was emitted.</param>
    /// <param name="other">What the other way would have emitted.</param>
    public static double Saving(double emitted, double other) => other > 0 ? 100 * (1 - (emitted / other)) : 0;
}
