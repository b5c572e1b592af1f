using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Training;
using Xunit;

namespace GreenOps.Decisions.Tests.Training;

public sealed class PlacementPolicyTests
{
    private static readonly PlacementNeed AtOnce = new(Outlooks.Midnight, null, TimeSpan.FromHours(2), Interruptible: false);

    [Fact]
    public void Training_goes_where_its_hours_are_cleanest()
    {
        var decision = PlacementPolicy.Choose([At("de", 400, 390, 380), At("fr", 60, 50, 70), At("gb", 200, 100, 100)], AtOnce);

        Assert.Equal(("fr", PlacementReason.LeastEmissions), (decision.Zone, decision.Reason));
        Assert.Equal("Training goes to zone fr: 55 g/kWh are predicted for its hours there (g/kWh elsewhere: de 395, gb 150).", decision.Message);
    }

    [Fact]
    public void The_hours_up_to_the_deadline_count_and_not_the_present_one()
    {
        PlacementCandidate[] zones = [At("now", 100, 100, 100, 100, 100, 100), At("later", 300, 300, 300, 20, 20, 300)];

        Assert.Equal("now", PlacementPolicy.Choose(zones, AtOnce).Zone);
        Assert.Equal("later", PlacementPolicy.Choose(zones, AtOnce with { Deadline = Outlooks.Midnight.AddHours(6) }).Zone);
    }

    [Fact]
    public void A_pause_can_make_a_zone_the_cleaner_one()
    {
        PlacementCandidate[] zones = [At("even", 100, 100, 100, 100, 100, 100), At("torn", 300, 10, 300, 10, 300, 300)];
        var need = AtOnce with { Deadline = Outlooks.Midnight.AddHours(6) };

        Assert.Equal("even", PlacementPolicy.Choose(zones, need).Zone);
        Assert.Equal("torn", PlacementPolicy.Choose(zones, need with { Interruptible = true }).Zone);
    }

    [Fact]
    public void A_zone_without_a_node_that_is_large_enough_is_left_out()
    {
        var decision = PlacementPolicy.Choose([At("de", 400), At("fr", 60) with { HasRoom = false }], AtOnce);

        Assert.Equal(("de", PlacementReason.LeastEmissions), (decision.Zone, decision.Reason));
    }

    [Fact]
    public void Without_room_or_data_anywhere_the_first_zone_is_taken_and_said_so()
    {
        Assert.Equal(("de", PlacementReason.NoRoom), Choice(At("de", 400) with { HasRoom = false }, At("fr", 60) with { HasRoom = false }));
        Assert.Equal(("fr", PlacementReason.FirstWithRoom), Choice(At("de", 400) with { HasRoom = false }, At("fr", 60) with { Outlook = null }));
        Assert.Equal(("de", PlacementReason.FirstWithRoom), Choice(Stale("de", 400), Stale("fr", 60)));
    }

    [Fact]
    public void Average_and_marginal_intensities_are_not_compared()
    {
        var marginal = At("fr", 60);
        marginal = marginal with { Outlook = marginal.Outlook! with { Signal = SignalKind.Marginal } };

        Assert.Equal("de", PlacementPolicy.Choose([At("de", 400), marginal], AtOnce).Zone);
    }

    [Property]
    public void Cleaner_power_never_makes_a_zone_lose_the_training(byte[] first, byte[] second, bool interruptible, byte deadline)
    {
        PlacementNeed need = new(Outlooks.Midnight, Outlooks.Midnight.AddHours(deadline % 12), TimeSpan.FromHours(2), interruptible);
        var (a, b) = (Values(first), Values(second));
        if (PlacementPolicy.Choose([At("a", a), At("b", b)], need).Zone == "a")
        {
            Assert.Equal("a", PlacementPolicy.Choose([At("a", [.. a.Select(value => value / 2)]), At("b", b)], need).Zone);
        }
    }

    [Fact]
    public void The_users_order_decides_between_equals() => Assert.Equal("x", PlacementPolicy.Choose([At("x", 100, 100), At("a", 100, 100)], AtOnce).Zone);

    private static double[] Values(byte[] bytes) => [.. bytes.Append((byte)50).Select(value => value + 1.0)];

    private static (string, PlacementReason) Choice(params PlacementCandidate[] candidates)
    {
        var decision = PlacementPolicy.Choose(candidates, AtOnce);
        return (decision.Zone, decision.Reason);
    }

    private static PlacementCandidate At(string zone, params double[] hours) => new(zone, Outlooks.Hourly(hours), HasRoom: true);

    private static PlacementCandidate Stale(string zone, params double[] hours) => new(zone, Outlooks.Hourly(hours) with { Stale = true }, HasRoom: true);
}
