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
}
