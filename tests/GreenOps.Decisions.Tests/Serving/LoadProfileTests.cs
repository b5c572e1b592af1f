using GreenOps.Decisions.Serving;
using Xunit;

namespace GreenOps.Decisions.Tests.Serving;

public sealed class LoadProfileTests
{
    [Fact]
    public void A_window_that_came_as_expected_is_soon_counted_on()
    {
        var profile = Repeat(LoadProfile.Empty, 200, hour => 10 + hour);

        Assert.Equal(0, profile.Part);
        Assert.Equal(10, profile.Usual[0], 1e-9);
        Assert.Equal(33, profile.Usual[23], 1e-9);

        // Nothing is expected after the last part, so nothing is learned of it.
        Assert.All(profile.Least.Take(LoadProfile.Parts - 1), share => Assert.InRange(share, 0.9, 1));
    }

    [Fact]
    public void A_window_that_fell_short_is_remembered()
    {
        var steady = Repeat(LoadProfile.Empty, 200, _ => 10);
        var broken = Repeat(steady, 1, hour => hour < 12 ? 10 : 5);

        Assert.Equal(0.5, broken.Least[11], 0.02);
        Assert.InRange(Repeat(broken, 30, _ => 10).Least[11], 0.5, 0.7);
    }

    [Fact]
    public void An_early_shortfall_in_level_is_carried_on_into_the_rest_of_the_window()
    {
        var usual = Repeat(LoadProfile.Empty, 20, _ => 10);
        var quiet = usual.After(5).After(5);

        Assert.True(quiet.Expected[1] < usual.After(10).After(10).Expected[1]);
    }

    [Fact]
    public void A_rate_without_a_meaning_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LoadProfile.Empty.After(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LoadProfile.Empty.After(double.NaN));
    }

    [Fact]
    public void Load_that_is_known_to_come_frees_the_accuracy_that_the_morning_would_save()
    {
        // The dirty hour is now and load is low now: what the busy afternoon will earn can be spent.
        var input = new MixInput(
            [new MixVariant("full", 0.9, new(4)), new MixVariant("int8", 0.88, new(2))],
            0.895,
            Outlooks.Hourly([400, .. Enumerable.Repeat(100.0, 23)]),
            Outlooks.Midnight,
            new MixWindow(TimeSpan.FromHours(24), TimeSpan.Zero, 0, 0),
            RequestsPerSecond: 1);
        var rising = Repeat(LoadProfile.Empty, 40, hour => 1 + (hour / 2.0));
        var falling = Repeat(LoadProfile.Empty, 40, hour => hour < 2 ? 1 : 0.01);

        Assert.Equal(1, LowShare(input with { Load = rising }));
        Assert.InRange(LowShare(input with { Load = falling }), 0.2, 0.6);

        static double LowShare(MixInput input) => VariantMix.Decide(input).Shares.Single(share => share.Variant == "int8").Share;
    }

    internal static LoadProfile Repeat(LoadProfile profile, int windows, Func<int, double> rate)
    {
        for (var part = 0; part < windows * LoadProfile.Parts; part++)
        {
            profile = profile.After(rate(part % LoadProfile.Parts));
        }

        return profile;
    }
}
