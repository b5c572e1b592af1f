namespace GreenOps.Trainer.Compression;

/// <summary>
/// Gradual pruning (Zhu and Gupta, "To prune, or not to prune", 2017): the sparsity rises along a cube, fast while many
/// weights are redundant and slowly at the end, and the network is fine-tuned after every rise.
/// </summary>
internal static class PruningSchedule
{
    /// <summary>Sparsity after a round, counted from 1; the last one's is exactly the sparsity asked for.</summary>
    public static double Sparsity(double final, int round, int rounds) =>
        round >= rounds ? final : final * (1 - Math.Pow(1 - ((double)round / rounds), 3));

    /// <summary>Epochs of fine-tuning after a round; over all rounds they come to all epochs, the later rounds having the odd ones.</summary>
    public static int Epochs(int epochs, int round, int rounds) => (epochs * round / rounds) - (epochs * (round - 1) / rounds);
}
