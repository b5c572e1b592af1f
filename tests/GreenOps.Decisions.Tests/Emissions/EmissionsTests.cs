using FsCheck;
using FsCheck.Xunit;
using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Emissions;
using Xunit;

namespace GreenOps.Decisions.Tests.Emissions;

public sealed class EmissionsTests
{
    private static readonly Joules KilowattHour = new(Joules.PerKilowattHour);

    private static DateTimeOffset At(double hour) => Outlooks.Midnight.AddHours(hour);

    [Fact]
    public void A_ledger_adds_energy_and_emissions()
    {
        var ledger = EmissionsLedger.Accrue(EmissionsLedger.Empty(SignalKind.Average), KilowattHour, SignalKind.Average, new(300));
        ledger = EmissionsLedger.Accrue(ledger, KilowattHour, SignalKind.Average, new(100));
        ledger = EmissionsLedger.Credit(ledger, SignalKind.Average, new(AvoidedEmissions.RunAtOnce, new(7)));
        Assert.Equal(new EmissionsLedger(SignalKind.Average, new(7.2e6), new(400), new(7)), ledger);
    }

    [Fact]
    public void A_ledger_keeps_to_its_signal()
    {
        var ledger = EmissionsLedger.Empty(SignalKind.Average);
        Assert.Throws<SignalMismatchException>(() => EmissionsLedger.Accrue(ledger, KilowattHour, SignalKind.Marginal, new(1)));
        Assert.Throws<SignalMismatchException>(
            () => EmissionsLedger.Credit(ledger, SignalKind.Marginal, new(AvoidedEmissions.RunAtOnce, new(1))));
    }

    [Property]
    public void Splitting_a_use_changes_no_total(NonEmptyArray<byte> parts, byte intensity)
    {
        var empty = EmissionsLedger.Empty(SignalKind.Average);
        var split = parts.Get.Aggregate(
            empty, (ledger, part) => EmissionsLedger.Accrue(ledger, new(part), SignalKind.Average, new(intensity)));
        var whole = EmissionsLedger.Accrue(empty, new(parts.Get.Sum(part => (double)part)), SignalKind.Average, new(intensity));
        Assert.Equal(whole.Energy, split.Energy);
        Assert.Equal(whole.Emissions.Value, split.Emissions.Value, 1e-9);
    }

    [Fact]
    public void A_stage_emits_at_the_mean_intensity_of_its_run()
    {
        var series = Outlooks.History(100, 200, 400);
        Assert.Equal(175, StageEmissions.MeanIntensity(series, [new(At(0.5), At(1.5)), new(At(1), At(2))]).Value, 9);
        Assert.Equal(175, StageEmissions.Of(KilowattHour, series, [new(At(0.5), At(1.5)), new(At(1), At(2))]).Value, 9);
        Assert.Equal(400, StageEmissions.MeanIntensity(series, [new(At(5), At(9))]).Value, 9);
        Assert.Equal(100, StageEmissions.MeanIntensity(series, [new(At(-5), At(1))]).Value, 9);
        Assert.Equal(200, StageEmissions.MeanIntensity(series, [new(At(1.5), At(1.5))]).Value, 9);
    }

    [Fact]
    public void A_mean_needs_samples_and_stretches_that_go_forward()
    {
        Assert.Throws<ArgumentException>(() => StageEmissions.MeanIntensity(Outlooks.History(), [new(At(0), At(1))]));
        Assert.Throws<ArgumentException>(() => StageEmissions.MeanIntensity(Outlooks.History(1), []));
        Assert.Throws<ArgumentException>(() => StageEmissions.MeanIntensity(Outlooks.History(1), [new(At(1), At(0))]));
    }

    [Property]
    public void A_mean_lies_within_its_samples(NonEmptyArray<byte> values, byte startMinutes, PositiveInt minutes)
    {
        var series = Outlooks.History([.. values.Get.Select(value => (double)value)]);
        var start = At(-1).AddMinutes(startMinutes);
        var mean = StageEmissions.MeanIntensity(series, [new(start, start.AddMinutes(minutes.Get))]).Value;
        Assert.InRange(mean, values.Get.Min() - 1e-9, values.Get.Max() + 1e-9);
    }

    [Fact]
    public void Deferral_is_credited_against_running_at_once()
    {
        Assert.Equal(new AvoidedEmissions("RunAtOnce", new(200)), AvoidedEmissions.OfDeferral(KilowattHour, new(300), new(100)));
        Assert.Equal(-50, AvoidedEmissions.OfDeferral(KilowattHour, new(100), new(150)).Amount.Value);
    }

    [Fact]
    public void Serving_is_credited_against_the_full_model_alone()
    {
        var avoided = AvoidedEmissions.OfServing(3600, new(1500), KilowattHour, new(400));
        Assert.Equal(new AvoidedEmissions("FullVariantOnly", new(200)), avoided);
        Assert.Equal(-400, AvoidedEmissions.OfServing(0, new(1), KilowattHour, new(400)).Amount.Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => AvoidedEmissions.OfServing(-1, new(1), KilowattHour, new(400)));
    }
}
