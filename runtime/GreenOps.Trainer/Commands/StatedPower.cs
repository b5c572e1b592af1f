using GreenOps.Contract;

namespace GreenOps.Trainer.Commands;

/// <summary>Watts where nobody states them.</summary>
internal static class StatedPower
{
    /// <summary>The mean of cloud server cores in the Cloud Carbon Footprint methodology, as in the operator's settings.</summary>
    public static PowerSpec Default { get; } = new(0.74, 3.5);
}
