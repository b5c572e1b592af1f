using GreenOps.Artifacts;
using GreenOps.Contract;

namespace GreenOps.Trainer.Stages;

/// <summary>Energy of a stage over all its runs: what earlier, interrupted runs used, and this one's meter.</summary>
public sealed class EnergyAccount
{
    private readonly IEnergyMeter meter;
    private EnergyUse before = new(0, EnergySources.Model, 0, 0);

    private EnergyAccount(IEnergyMeter meter) => this.meter = meter;

    /// <summary>Starts the account of this process.</summary>
    public static EnergyAccount Start(PowerSpec power, TimeProvider time) =>
        new(EnergyMeters.Machine.Start(power, CpuAllotment.Cores(), time, ProcessorTime));

    /// <summary>Adds what earlier runs used, as their checkpoint tells; of two checkpoints that tell it, the later.</summary>
    public void Add(EnergyUse earlier) => before = earlier.Joules > before.Joules ? earlier : before;

    /// <summary>Energy so far.</summary>
    public EnergyUse Read()
    {
        var now = meter.Read();
        return new EnergyUse(
            before.Joules + now.Joules, before.Joules > 0 ? EnergySources.Sum(before.Source, now.Source) : now.Source, before.WallSeconds + now.WallSeconds, before.CpuSeconds + now.CpuSeconds);
    }

    /// <summary>Processor time of this process.</summary>
    internal static TimeSpan ProcessorTime() => Environment.CpuUsage.TotalTime;
}
