using System.Diagnostics;
using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>Chooses the meter: what the machine measures where it measures, stated watts elsewhere.</summary>
/// <param name="powercap">Where Linux shows the processor's counters.</param>
/// <param name="nvml">Name or path of NVIDIA's library.</param>
/// <param name="machineTime">Processor time used so far by all of the machine.</param>
public sealed class EnergyMeters(string powercap, string nvml, Func<TimeSpan?> machineTime)
{
    private const string Powercap = "/sys/class/powercap";
    private const string Nvml = "libnvidia-ml.so.1";

    /// <summary>The meters of this machine.</summary>
    public static EnergyMeters Machine { get; } = new(
        Environment.GetEnvironmentVariable(EnvironmentNames.PowercapRoot) is { Length: > 0 } root ? root : Powercap, Nvml, () => MachineTime.Busy());

    /// <summary>Which meters are used, and why none other, in a sentence to be said at start.</summary>
    public string Describe()
    {
        var processor = RaplCounter.Open(powercap, out var fault) is null
            ? $"{EnergySources.Model}, stated watts: {fault}"
            : $"{EnergySources.Rapl}, measured by the processor";
        var accelerators = NvmlCounter.Open(nvml) is null ? $"there is no {EnergySources.Nvml}" : $"accelerators by {EnergySources.Nvml}";
        return $"Energy by {processor}; {accelerators}.";
    }

    /// <summary>Starts a meter.</summary>
    /// <param name="power">Stated watts per core.</param>
    /// <param name="cores">Cores set aside, whose stated idle power counts too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="processorTime">Processor time used so far by what is metered.</param>
    public IEnergyMeter Start(PowerSpec power, double cores, TimeProvider time, Func<TimeSpan> processorTime) =>
        Start(new ModelEnergyMeter(power, cores, time, processorTime), time, processorTime);

    /// <summary>Starts a meter of this process; by stated watts, what it used before is in it.</summary>
    /// <param name="power">Stated watts per core.</param>
    /// <param name="cores">Cores set aside, whose stated idle power counts too.</param>
    /// <param name="time">The clock.</param>
    public IEnergyMeter StartForProcess(PowerSpec power, double cores, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        using var process = Process.GetCurrentProcess();
        var age = time.GetUtcNow() - process.StartTime.ToUniversalTime();
        return Start(new ModelEnergyMeter(power, cores, time, ProcessorTime, age), time, ProcessorTime);
    }

    private static TimeSpan ProcessorTime() => Environment.CpuUsage.TotalTime;

    private IEnergyMeter Start(ModelEnergyMeter model, TimeProvider time, Func<TimeSpan> processorTime)
    {
        IEnergyMeter processor = RaplCounter.Open(powercap, out _) is { } rapl ? new RaplEnergyMeter(rapl, model, time, processorTime, machineTime) : model;
        return NvmlCounter.Open(nvml) is { } accelerators ? new AcceleratorEnergyMeter(processor, accelerators) : processor;
    }
}
