using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>
/// Energy of this process by the packages' own counters. They count for the whole machine, so the process is charged its
/// share of the busy processor time while they ran, as Scaphandre and Kepler do; idle power is divided along. When the
/// counters can no longer be read, stated watts go on from there and the source says so.
/// </summary>
public sealed class RaplEnergyMeter : IEnergyMeter
{
    // At 1 kW the smallest counters in use wrap after more than a minute.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    private readonly Lock gate = new();
    private readonly RaplCounter counter;
    private readonly ModelEnergyMeter model;
    private readonly Func<TimeSpan> processorTime;
    private readonly Func<TimeSpan?> machineTime;
    private readonly ITimer timer;
    private (double Joules, TimeSpan Processor, TimeSpan Machine) last;
    private double joules;
    private double modelJoules;
    private bool failed;

    /// <summary>Starts a meter.</summary>
    /// <param name="counter">The counters, opened just now.</param>
    /// <param name="model">Stated watts, started just now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="processorTime">Processor time used so far by what is metered.</param>
    /// <param name="machineTime">Processor time used so far by all of the machine; null where that is not known, then all is charged.</param>
    public RaplEnergyMeter(RaplCounter counter, ModelEnergyMeter model, TimeProvider time, Func<TimeSpan> processorTime, Func<TimeSpan?> machineTime)
    {
        ArgumentNullException.ThrowIfNull(counter);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(processorTime);
        ArgumentNullException.ThrowIfNull(machineTime);
        this.counter = counter;
        this.model = model;
        this.processorTime = processorTime;
        this.machineTime = machineTime;
        last = (0, processorTime(), machineTime() ?? TimeSpan.Zero);
        // Between two readings the counters must not wrap, also where nobody asks for hours.
        timer = time.CreateTimer(_ => Sample(), null, Interval, Interval);
    }

    /// <inheritdoc/>
    public EnergyUse Read()
    {
        Sample();
        lock (gate)
        {
            var use = model.Read();
            return failed
                ? use with { Joules = joules + use.Joules - modelJoules, Source = EnergySources.Sum(EnergySources.Rapl, EnergySources.Model) }
                : use with { Joules = joules, Source = EnergySources.Rapl };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Sample()
    {
        lock (gate)
        {
            if (failed)
            {
                return;
            }

            var stated = model.Read().Joules;
            failed = !counter.TryRead(out var counted);
            if (failed)
            {
                // What was used since the last reading is charged by stated watts too.
                timer.Dispose();
                return;
            }

            var (processor, machine) = (processorTime(), machineTime());
            var busy = machine - last.Machine;
            // Busy time is counted in hundredths of a second: a moment too short to tell the share waits for the next reading.
            if (busy is null || busy > TimeSpan.Zero)
            {
                joules += (counted - last.Joules) * (busy is { } all ? Math.Clamp((processor - last.Processor) / all, 0, 1) : 1);
                last = (counted, processor, machine ?? TimeSpan.Zero);
                modelJoules = stated;
            }
        }
    }
}
