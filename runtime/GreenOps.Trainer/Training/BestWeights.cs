using GreenOps.Contract;

namespace GreenOps.Trainer.Training;

/// <summary>What early stopping remembers (Prechelt, 1998).</summary>
/// <param name="Accuracy">The best accuracy so far.</param>
/// <param name="Weights">The weights that had it.</param>
/// <param name="Reference">The accuracy that the next improvement is counted from.</param>
/// <param name="ReferenceEpoch">Epochs finished when it was reached.</param>
public sealed record BestWeights(double Accuracy, byte[] Weights, double Reference, int ReferenceEpoch)
{
    /// <summary>What to remember after an epoch.</summary>
    /// <param name="before">What was remembered before; null before the first epoch.</param>
    /// <param name="accuracy">The epoch's accuracy.</param>
    /// <param name="epoch">Epochs finished, this one included.</param>
    /// <param name="minimumImprovement">Rise that counts as one.</param>
    /// <param name="weights">Gives the weights.</param>
    public static BestWeights After(BestWeights? before, double accuracy, int epoch, double minimumImprovement, Func<byte[]> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (before is null)
        {
            return new BestWeights(accuracy, weights(), accuracy, epoch);
        }

        var best = accuracy > before.Accuracy ? before with { Accuracy = accuracy, Weights = weights() } : before;
        return accuracy > before.Reference && accuracy >= before.Reference + minimumImprovement ? best with { Reference = accuracy, ReferenceEpoch = epoch } : best;
    }

    /// <summary>Whether to end a training that has come so far.</summary>
    public bool IsOver(EarlyStoppingSpec spec, int epoch)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return epoch - ReferenceEpoch >= spec.PatienceEpochs;
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Accuracy);
        writer.Write(Weights.Length);
        writer.Write(Weights);
        writer.Write(Reference);
        writer.Write(ReferenceEpoch);
    }

    internal static BestWeights Read(BinaryReader reader) =>
        new(reader.ReadDouble(), reader.ReadBytes(reader.ReadInt32()), reader.ReadDouble(), reader.ReadInt32());
}
