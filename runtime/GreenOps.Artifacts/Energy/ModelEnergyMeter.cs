using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>
/// Energy by stated watts where nothing can be measured: (idle + (peak - idle) x utilization) x time, for the cores that
/// were set aside.
/// </summary>
public sealed class ModelEnergyMeter : IEnergyMeter
{
    private readonly PowerSpec power;
    private readonly double cores;
    private readonly TimeProvider time;
    private readonly Func<TimeSpan> processorTime;
    private readonly long startedAt;
    private readonly TimeSpan processorTimeAtStart;
    private readonly TimeSpan earlier;

    /// <summary>Starts a meter.</summary>
    /// <param name="power">Stated watts per core.</param>
    /// <param name="cores">Cores set aside, whose idle power counts too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="processorTime">Processor time used so far by what is metered.</param>
    public ModelEnergyMeter(PowerSpec power, double cores, TimeProvider time, Func<TimeSpan> processorTime)
    {
        ArgumentNullException.ThrowIfNull(power);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(processorTime);
        this.power = power;
        this.cores = cores;
        this.time = time;
        this.processorTime = processorTime;
        startedAt = time.GetTimestamp();
        processorTimeAtStart = processorTime();
    }

    /// <summary>Starts a meter that has run for a while: all the processor time used so far counts.</summary>
    /// <param name="power">Stated watts per core.</param>
    /// <param name="cores">Cores set aside, whose idle power counts too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="processorTime">Processor time used so far by what is metered.</param>
    /// <param name="earlier">For how long it has run.</param>
    public ModelEnergyMeter(PowerSpec power, double cores, TimeProvider time, Func<TimeSpan> processorTime, TimeSpan earlier)
        : this(power, cores, time, processorTime)
    {
        this.earlier = earlier;
        processorTimeAtStart = TimeSpan.Zero;
    }

    /// <inheritdoc/>
    public EnergyUse Read()
    {
        var wall = (earlier + time.GetElapsedTime(startedAt)).TotalSeconds;
        var processor = (processorTime() - processorTimeAtStart).TotalSeconds;
        return new EnergyUse(Joules(power, cores, wall, processor), EnergySources.Model, wall, processor);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held open.
    }

    /// <summary>The formula, in joules.</summary>
    /// <param name="power">Stated watts per core.</param>
    /// <param name="cores">Cores set aside.</param>
    /// <param name="wallSeconds">Elapsed time.</param>
    /// <param name="processorSeconds">Processor time over all cores.</param>
    public static double Joules(PowerSpec power, double cores, double wallSeconds, double processorSeconds)
    {
        ArgumentNullException.ThrowIfNull(power);
        return (power.IdleWattsPerCore * cores * wallSeconds)
            + ((power.PeakWattsPerCore - power.IdleWattsPerCore) * processorSeconds);
    }
}
