using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Server.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace GreenOps.Server.Tests.Telemetry;

public sealed class VariantEnergyTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Watts _meter = new();
    private readonly VariantEnergy _energy;

    public VariantEnergyTests()
    {
        _energy = new VariantEnergy(_meter, _time);
    }

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void Energy_is_divided_by_the_time_that_variants_ran()
    {
        Run("full", TimeSpan.FromSeconds(3));
        Run("int8", TimeSpan.FromSeconds(1));
        _meter.Joules = 100;
        Pass(TimeSpan.FromSeconds(4));

        Assert.Equal([("full", 75), ("int8", 25)], Parts());
    }

    [Fact]
    public void What_an_idle_server_uses_is_no_variants()
    {
        _meter.Joules = 40;
        Pass(TimeSpan.FromMinutes(10));
        using (var use = _energy.Start("fashion", "full"))
        {
            _meter.Joules = 50;
            Pass(TimeSpan.FromSeconds(1));
            use.Ran(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([("", 40), ("full", 10)], Parts().Order());
    }

    [Fact]
    public void A_look_in_the_middle_of_a_run_leaves_its_energy_to_it()
    {
        using (var use = _energy.Start("fashion", "full"))
        {
            _meter.Joules = 7;
            Pass(TimeSpan.FromSeconds(5));
            Assert.Equal(0, Parts().Sum(part => part.Joules));
            _meter.Joules = 9;
            use.Ran(TimeSpan.FromSeconds(6));
        }

        Assert.Equal([("full", 9)], Parts());
    }

    [Fact]
    public void Grams_follow_the_intensity_of_their_time_and_begin_with_it()
    {
        Run("full", TimeSpan.FromSeconds(1));
        _meter.Joules = 1000;
        Assert.Null(Full().Grams);
        _energy.SetIntensity(360);
        Run("full", TimeSpan.FromSeconds(1));
        _meter.Joules += 3_600_000;
        _energy.SetIntensity(100);
        Run("full", TimeSpan.FromSeconds(1));
        _meter.Joules += 3_600_000;

        Assert.Equal(460, Full().Grams!.Value, 6);
    }

    [Fact]
    public void What_the_start_used_is_charged_with_the_first_intensity()
    {
        _meter.Joules = 3_600_000;
        _energy.SetIntensity(342);

        Assert.Equal(342, _energy.Read().Parts.Single().Grams!.Value, 6);
    }

    private void Run(string variant, TimeSpan elapsed)
    {
        using var use = _energy.Start("fashion", variant);
        use.Ran(elapsed);
    }

    private VariantCharge Full() => _energy.Read().Parts.Single(part => part.Variant == "full");

    private void Pass(TimeSpan elapsed) => _time.Advance(elapsed);

    private List<(string Variant, double Joules)> Parts() => [.. _energy.Read().Parts.Where(part => part.Joules > 0).Select(part => (part.Variant, part.Joules))];

    private sealed class Watts : IEnergyMeter
    {
        public double Joules { get; set; }

        public EnergyUse Read() => new(Joules, EnergySources.Model, 0, 0);

        public void Dispose()
        {
        }
    }
}
