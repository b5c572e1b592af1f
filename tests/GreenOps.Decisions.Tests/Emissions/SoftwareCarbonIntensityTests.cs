using FsCheck;
using FsCheck.Xunit;
using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Emissions;
using Xunit;

namespace GreenOps.Decisions.Tests.Emissions;

public sealed class SoftwareCarbonIntensityTests
{
    private static readonly EmbodiedEmissions Server = new(new Grams(1_200_000), TimeSpan.FromDays(4 * 365), 0.25);

    [Fact]
    public void The_embodied_share_is_that_of_the_time_and_of_the_resources_reserved() =>
        Assert.Equal(1_200_000.0 / 4 * 0.25, Server.Over(TimeSpan.FromDays(365)).Value, 1e-6);

    [Fact]
    public void Energy_times_intensity_and_the_embodied_share_are_spread_over_the_requests()
    {
        // 2 kWh at 300 g/kWh and a day of the server for 1,000 requests.
        var ledger = EmissionsLedger.Accrue(EmissionsLedger.Empty(SignalKind.Average), new Joules(2 * Joules.PerKilowattHour), SignalKind.Average, new(300));
        var intensity = SoftwareCarbonIntensity.Of(ledger, 1000, Server, TimeSpan.FromDays(1));

        Assert.Equal((600 + (1_200_000.0 / 1460 * 0.25)) / 1000, intensity.PerUnit.Value, 1e-9);
        Assert.Equal(0.6, SoftwareCarbonIntensity.Of(ledger, 1000, null, TimeSpan.FromDays(1)).PerUnit.Value, 1e-9);
    }

    [Fact]
    public void Avoided_emissions_do_not_lower_it()
    {
        var ledger = EmissionsLedger.Accrue(EmissionsLedger.Empty(SignalKind.Average), new Joules(Joules.PerKilowattHour), SignalKind.Average, new(300));
        var credited = EmissionsLedger.Credit(ledger, SignalKind.Average, new AvoidedEmissions(AvoidedEmissions.UtilizationOnly, new Grams(100)));

        Assert.Equal(SoftwareCarbonIntensity.Of(ledger, 10, null, default), SoftwareCarbonIntensity.Of(credited, 10, null, default));
    }

    [Fact]
    public void Figures_without_a_meaning_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SoftwareCarbonIntensity(new Grams(1), default, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbodiedEmissions(new Grams(-1), TimeSpan.FromDays(1), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbodiedEmissions(new Grams(1), TimeSpan.Zero, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbodiedEmissions(new Grams(1), TimeSpan.FromDays(1), 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Server.Over(TimeSpan.FromDays(-1)));
    }

    [Property]
    public void A_ledger_is_the_sum_of_its_entries_in_any_order((byte Joules, byte Intensity)[] entries)
    {
        var forward = Book(entries);
        var backward = Book([.. entries.AsEnumerable().Reverse()]);
        var halves = Book(entries[..(entries.Length / 2)]).Emissions + Book(entries[(entries.Length / 2)..]).Emissions;

        Assert.Equal(entries.Sum(entry => entry.Joules * (double)entry.Intensity) / 3.6, forward.Emissions.Value, 1e-6);
        Assert.Equal(forward.Emissions.Value, backward.Emissions.Value, 1e-6);
        Assert.Equal(forward.Energy.Value, backward.Energy.Value, 1e-6);
        Assert.Equal(forward.Emissions.Value, halves.Value, 1e-6);
    }

    private static EmissionsLedger Book((byte Joules, byte Intensity)[] entries) => entries.Aggregate(
        EmissionsLedger.Empty(SignalKind.Average),
        (ledger, entry) => EmissionsLedger.Accrue(ledger, new Joules(entry.Joules * 1e6), SignalKind.Average, new(entry.Intensity)));
}
