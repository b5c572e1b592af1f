using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace GreenOps.Artifacts.Tests.Energy;

public class ModelEnergyMeterTests
{
    private static readonly PowerSpec Power = new(IdleWattsPerCore: 2, PeakWattsPerCore: 10);

    [Fact]
    public void Counts_idle_watts_of_every_core_and_the_rest_by_processor_time()
    {
        var time = new FakeTimeProvider();
        var processor = TimeSpan.FromSeconds(100);
        var meter = new ModelEnergyMeter(Power, cores: 2, time, () => processor);

        time.Advance(TimeSpan.FromSeconds(10));
        processor += TimeSpan.FromSeconds(5);

        // 2 W x 2 cores x 10 s + (10 W - 2 W) x 5 s
        Assert.Equal(new EnergyUse(80, EnergySources.Model, 10, 5), meter.Read());
    }

    [Property]
    public bool Lies_between_idle_and_peak(byte cores, ushort wallSeconds, double share)
    {
        var utilization = double.IsFinite(share) ? Math.Abs(share % 1) : 0;
        var joules = ModelEnergyMeter.Joules(Power, cores, wallSeconds, cores * wallSeconds * utilization);
        return joules >= (2.0 * cores * wallSeconds) - 1e-6 && joules <= (10.0 * cores * wallSeconds) + 1e-6;
    }
}
