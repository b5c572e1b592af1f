using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>Energy of the processor and of the accelerators together.</summary>
/// <param name="processor">The processor's part.</param>
/// <param name="accelerators">The accelerators' counters, opened just now.</param>
public sealed class AcceleratorEnergyMeter(IEnergyMeter processor, NvmlCounter accelerators) : IEnergyMeter
{
    /// <inheritdoc/>
    public EnergyUse Read()
    {
        var use = processor.Read();
        return use with { Joules = use.Joules + accelerators.Joules(), Source = EnergySources.Sum(use.Source, EnergySources.Nvml) };
    }

    /// <inheritdoc/>
    public void Dispose() => processor.Dispose();
}
