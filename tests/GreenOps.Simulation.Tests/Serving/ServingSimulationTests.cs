using GreenOps.Operator.Simulation;
using GreenOps.Operator.Simulation.Forecasts;
using GreenOps.Simulation.Serving;
using GreenOps.Simulation.Variants;
using Xunit;

namespace GreenOps.Simulation.Tests.Serving;

public sealed class ServingSimulationTests : IDisposable
{
    // Halfway between the variants: half of the requests may go to the cheaper one.
    private const double Floor = 0.89;
    private const double Tolerance = 1e-9;

    private readonly InputFolder folder = new();

    [Fact]
    public void The_optimum_sends_the_dirty_hour_to_the_cheaper_variant()
    {
        var carbon = folder.Carbon(100, 300);
        var task = Task(carbon, [1, 1], folder.Variants().Fleet with { IdleWatts = 0 });

        var optimum = ServingOptimum.Of(task, [3600, 3600]);

        // 3,600 requests of 2 J at 300 g/kWh and as many of 4 J at 100 g/kWh.
        Assert.Equal(3600 * ((2 * 300) + (4 * 100)) / 3.6e6, optimum.Value, Tolerance);
    }

    [Fact]
    public void A_floor_that_nothing_holds_leaves_the_optimum_the_most_accurate_variant()
    {
        var carbon = folder.Carbon(100, 300);
        var task = Task(carbon, [1, 1], folder.Variants().Fleet with { IdleWatts = 0 }) with { AccuracyFloor = 0.95 };

        Assert.Equal(3600 * ((4 * 300) + (4 * 100)) / 3.6e6, ServingOptimum.Of(task, [3600, 3600]).Value, Tolerance);
    }

    [Fact]
    public void No_mix_on_a_grid_of_mixes_beats_the_optimum()
    {
        double[] intensities = [120, 410, 260];
        double[] requests = [500, 900, 1400];
        SimulatedVariant[] variants = [new("full", 0.9, new(4), 20), new("slim", 0.8, new(2), 20), new("tiny", 0.6, new(1.5), 20)];
        var carbon = folder.Carbon(intensities);
        var task = new ServingTask(
            carbon, new ForecastChoice(ForecastKind.Perfect).Over(carbon, 1, 3), folder.Requests(carbon, 1, 1, 1), variants, Fleet.Stated with { IdleWatts = 0 }, 0.83, 3);

        var best = Best(variants, intensities, requests, 0.83);
        var optimum = ServingOptimum.Of(task, requests).Value;

        Assert.InRange(optimum, 0.98 * best, best + Tolerance);
    }

    [Fact]
    public void Baselines_are_what_they_come_to_by_hand()
    {
        var carbon = folder.Carbon(100, 100);

        var result = ServingSimulation.Run(Task(carbon, [10, 20]));

        // 36,000 requests in the first hour and 72,000 in the second; busy replicas 0.5 and 1, at a target of 0.5.
        const double Requests = 108_000;
        // A second replica starts in the first minute in which it is asked for.
        const double StaticIdle = (0.5 * 60) + (1.5 * 59 * 60) + 3600;
        const double FollowingIdle = (0.5 * 3600) + (59 * 60);
        Assert.Equal(Per1000((Requests * 4) + StaticIdle), result.Baselines.Static, Tolerance);
        Assert.Equal(Per1000((Requests * 4) + FollowingIdle), result.Baselines.UtilizationOnly, Tolerance);
        Assert.Equal(Per1000((Requests * 3) + FollowingIdle), result.Baselines.ConstantMix, Tolerance);
        Assert.Equal(0, result.CarbonBlindSloViolationPercent);

        static double Per1000(double joules) => joules / 3.6e6 * 100 / Requests * 1000;
    }

    [Theory]
    [InlineData(1, ForecastKind.Perfect)]
    [InlineData(2, ForecastKind.Perfect)]
    [InlineData(3, ForecastKind.Blend)]
    public void A_plan_that_holds_the_floor_gains_no_more_than_the_optimum(int seed, ForecastKind forecast)
    {
        var random = new Random(seed);
        var carbon = folder.Carbon([.. Enumerable.Range(0, 8 * 24).Select(hour => 300 + (200 * Math.Sin(hour * Math.PI / 12)) + (80 * random.NextDouble()))]);
        var load = Enumerable.Range(0, 8 * 24).Select(hour => 40 + (30 * Math.Cos(hour * Math.PI / 12)) + random.NextDouble());

        var result = ServingSimulation.Run(Task(carbon, load, forecast: forecast, window: 24));

        Assert.Equal(0, result.WindowsBelowFloor);
        Assert.InRange(result.FractionOfOptimum, 0.3, 1 + Tolerance);
        Assert.InRange(result.MeanAccuracy, Floor - Tolerance, 0.90);
    }

    [Fact]
    public void Where_intensity_never_changes_timing_gains_nothing()
    {
        var carbon = folder.Carbon([.. Enumerable.Repeat(250.0, 48)]);

        var result = ServingSimulation.Run(Task(carbon, Enumerable.Repeat(20.0, 48), window: 24));

        Assert.Equal(0, result.GainOfOptimumPercent, 1e-6);
        Assert.Equal(1, result.FractionOfOptimum, 1e-6);
    }

    // One trace for the time of it; the benchmark of carbon has them all, over whole years.
    [Theory]
    [InlineData(0.893)]
    [InlineData(0.88)]
    public void Measured_days_keep_the_floor_in_all_but_one_window_in_a_hundred(double floor)
    {
        var data = MeasuredData.FindOrSkip();
        var set = VariantFile.Example();
        var (windows, below) = (0, 0);
        foreach (var load in data.Loads)
        {
            var carbon = CarbonReplay.Read(folder.Write("slice.csv", data.FirstDays("em_CA-ON_2022", 50)));
            var requests = GreenOps.Simulation.Requests.RequestReplay.Read(load, carbon.Start, carbon.At(carbon.Hours.Count));
            var result = ServingSimulation.Run(new ServingTask(
                carbon, new ForecastChoice(ForecastKind.Blend).Over(carbon, 1, 24), requests, set.Variants, set.Fleet, floor, 24).Checked());
            (windows, below) = (windows + result.Windows, below + result.WindowsBelowFloor);
        }

        Assert.InRange(below, 0, windows / 100);
    }

    public void Dispose() => folder.Dispose();

    private ServingTask Task(
        CarbonReplay carbon, IEnumerable<double> load, Fleet? fleet = null, ForecastKind forecast = ForecastKind.Perfect, int window = 2)
    {
        var set = folder.Variants();
        return new ServingTask(
            carbon,
            new ForecastChoice(forecast).Over(carbon, 1, window),
            folder.Requests(carbon, load),
            set.Variants,
            fleet ?? set.Fleet,
            Floor,
            window);
    }

    private static double Best(SimulatedVariant[] variants, double[] intensities, double[] requests, double floor)
    {
        const int Steps = 20;
        (double Low, double Lowest)[] mixes = [.. from low in Enumerable.Range(0, Steps + 1) from lowest in Enumerable.Range(0, Steps + 1 - low) select (low / (double)Steps, lowest / (double)Steps)];
        var total = requests.Sum();
        // Of mixes of the first two hours, the last hour's cheapest that holds the floor.
        var hours = requests.Select((count, hour) => mixes.Select(mix => (
            Grams: count * Mean(mix, variant => variant.JoulesPerRequest.Value) * intensities[hour] / 3.6e6,
            Accuracy: count / total * Mean(mix, variant => variant.Accuracy))).ToArray()).ToArray();
        var last = hours[2].OrderBy(mix => mix.Grams).ToArray();
        return (from first in hours[0]
                from second in hours[1]
                let third = Array.Find(last, mix => first.Accuracy + second.Accuracy + mix.Accuracy >= floor - Tolerance)
                where third.Grams > 0
                select first.Grams + second.Grams + third.Grams).Min();

        double Mean((double Low, double Lowest) mix, Func<SimulatedVariant, double> figure) =>
            ((1 - mix.Low - mix.Lowest) * figure(variants[0])) + (mix.Low * figure(variants[1])) + (mix.Lowest * figure(variants[2]));
    }
}
