using FsCheck.Xunit;

namespace GreenOps.Artifacts.Tests.Energy;

public sealed class RaplCounterTests
{
    [Fact]
    public void Adds_up_what_the_packages_used_since_it_was_opened()
    {
        using PowercapFolder machine = new("intel-rapl:0", "intel-rapl:1");
        machine.Set("intel-rapl:0", 500_000_000);
        var counter = RaplCounter.Open(machine.Root, out var fault)!;

        machine.Set("intel-rapl:0", 502_000_000);
        machine.Set("intel-rapl:1", 3_000_000);

        Assert.Null(fault);
        Assert.True(counter.TryRead(out var joules));
        Assert.Equal(5, joules);
    }

    [Fact]
    public void A_part_of_a_package_and_the_whole_platform_are_not_counted_twice()
    {
        using PowercapFolder machine = new("intel-rapl:0", "intel-rapl:0:0", "intel-rapl:1");
        machine.Name("intel-rapl:1", "psys");
        var counter = RaplCounter.Open(machine.Root, out _)!;

        machine.Set("intel-rapl:0", 2_000_000);
        machine.Set("intel-rapl:0:0", 1_000_000);
        machine.Set("intel-rapl:1", 9_000_000);

        Assert.True(counter.TryRead(out var joules));
        Assert.Equal(2, joules);
    }

    [Property(MaxTest = 20)]
    public bool A_counter_that_wraps_loses_nothing(uint[] steps)
    {
        using PowercapFolder machine = new("intel-rapl:0");
        var counter = RaplCounter.Open(machine.Root, out _)!;
        long total = 0;
        var joules = 0.0;
        foreach (var step in steps)
        {
            total += step % PowercapFolder.Range;
            machine.Set("intel-rapl:0", total % PowercapFolder.Range);
            _ = counter.TryRead(out joules);
        }

        return Math.Abs(joules - (total / 1e6)) < 1e-6;
    }

    [Fact]
    public void What_was_counted_stays_when_the_file_vanishes()
    {
        using PowercapFolder machine = new("intel-rapl:0");
        var counter = RaplCounter.Open(machine.Root, out _)!;
        machine.Set("intel-rapl:0", 7_000_000);
        Assert.True(counter.TryRead(out _));

        File.Delete(machine.Counter("intel-rapl:0"));

        Assert.False(counter.TryRead(out var joules));
        Assert.Equal(7, joules);
    }

    [Fact]
    public void Nothing_is_opened_where_there_is_nothing() =>
        Assert.Multiple(
            () =>
            {
                Assert.Null(RaplCounter.Open("/nowhere", out var fault));
                Assert.Equal("there is no package domain of RAPL in /nowhere", fault);
            },
            () =>
            {
                using PowercapFolder machine = new("intel-rapl:0:0");
                Assert.Null(RaplCounter.Open(machine.Root, out _));
            });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_counter_that_may_not_be_read_or_holds_no_number_says_so(bool locked)
    {
        using PowercapFolder machine = new("intel-rapl:0");
        if (locked)
        {
            machine.Lock("intel-rapl:0");
        }
        else
        {
            File.WriteAllText(machine.Counter("intel-rapl:0"), "much\n");
        }

        Assert.Null(RaplCounter.Open(machine.Root, out var fault));
        Assert.Contains("RAPL may not be read", fault);
        Assert.Contains("energy_uj", fault);
    }
}
