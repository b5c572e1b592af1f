using Microsoft.Extensions.Time.Testing;

namespace GreenOps.Artifacts.Tests.Energy;

public sealed class RaplEnergyMeterTests : IDisposable
{
    private const string Package = "intel-rapl:0";

    private static readonly PowerSpec Power = new(IdleWattsPerCore: 2, PeakWattsPerCore: 10);

    private readonly FakeTimeProvider time = new();
    private readonly PowercapFolder machine = new(Package);
    private TimeSpan process = TimeSpan.FromSeconds(100);
    private TimeSpan? all = TimeSpan.FromSeconds(1000);

    [Fact]
    public void The_process_is_charged_its_share_of_the_processor_time()
    {
        using var meter = Start();

        Use(joules: 40, processSeconds: 1, allSeconds: 4);

        Assert.Equal(new EnergyUse(10, EnergySources.Rapl, 1, 1), meter.Read());
    }

    [Fact]
    public void The_share_is_taken_anew_with_every_reading()
    {
        using var meter = Start();

        Use(joules: 40, processSeconds: 1, allSeconds: 4);
        meter.Read();
        Use(joules: 40, processSeconds: 3, allSeconds: 3);

        Assert.Equal(50, meter.Read().Joules);
    }

    [Fact]
    public void A_moment_too_short_to_tell_the_share_is_charged_with_the_next()
    {
        using var meter = Start();

        Use(joules: 8, processSeconds: 0, allSeconds: 0);
        Assert.Equal(0, meter.Read().Joules);
        Use(joules: 0, processSeconds: 1, allSeconds: 2);

        Assert.Equal(4, meter.Read().Joules);
    }

    [Fact]
    public void All_is_charged_where_the_machines_time_is_not_known()
    {
        all = null;
        using var meter = Start();

        Use(joules: 8, processSeconds: 1, allSeconds: 0);

        Assert.Equal(8, meter.Read().Joules);
    }

    [Fact]
    public void Counters_that_wrap_while_nobody_asks_lose_nothing()
    {
        using var meter = Start();

        for (var minute = 0; minute < 5; minute++)
        {
            Use(joules: 600, processSeconds: 60, allSeconds: 60, seconds: 60);
        }

        Assert.Equal(3000, meter.Read().Joules);
    }

    [Fact]
    public void Stated_watts_go_on_when_a_counter_vanishes_and_the_source_says_so()
    {
        using var meter = Start();
        Use(joules: 40, processSeconds: 1, allSeconds: 1);
        meter.Read();

        File.Delete(machine.Counter(Package));
        Use(joules: null, processSeconds: 5, allSeconds: 5, seconds: 10);

        // 40 J measured; 2 W x 1 core x 10 s + (10 W - 2 W) x 5 s stated.
        Assert.Equal(new EnergyUse(100, "rapl+model", 11, 6), meter.Read());
    }

    public void Dispose() => machine.Dispose();

    private RaplEnergyMeter Start() => new(
        RaplCounter.Open(machine.Root, out _)!, new ModelEnergyMeter(Power, cores: 1, time, () => process), time, () => process, () => all);

    private long counted;

    private void Use(double? joules, double processSeconds, double allSeconds, double seconds = 1)
    {
        process += TimeSpan.FromSeconds(processSeconds);
        all += TimeSpan.FromSeconds(allSeconds);
        if (joules is { } used)
        {
            counted += (long)(used * 1e6);
            machine.Set(Package, counted % PowercapFolder.Range);
        }

        time.Advance(TimeSpan.FromSeconds(seconds));
    }
}
