using FsCheck;
using FsCheck.Fluent;
using GreenOps.Decisions.Training;

namespace GreenOps.Decisions.Tests.Training;

/// <summary>An elastic input on a curve that need not be concave, with intensities that often tie.</summary>
public sealed record ElasticScenario(ElasticInput Input)
{
    public double[] Forecast => [.. Input.Outlook.Forecast.Select(slot => slot.Value)];

    public override string ToString() =>
        $"{Input} curve [{string.Join(' ', Input.Curve.Hull)}] forecast [{string.Join(' ', Forecast)}]";
}

public static class ElasticScenarios
{
    public static Arbitrary<ElasticScenario> Arbitrary() => (
        from forecast in Gen.Choose(1, 9).Select(level => level * 50.0).NonEmptyListOf()
        from minutesPastMidnight in Gen.Elements(0, 0, 17, 59)
        from speedup in Gen.Choose(5, 12).Select(gain => gain / 10.0).NonEmptyListOf()
        from power in Gen.Choose(5, 20).Select(gain => gain / 10.0).ListOf(speedup.Count)
        from work in Gen.Choose(10, 1500)
        from slack in Gen.Choose(0, 200)
        from workers in Gen.Choose(0, speedup.Count)
        from minimum in Gen.Elements(0.0, 3.0)
        select new ElasticScenario(Build([.. forecast], minutesPastMidnight, [.. speedup], [.. power], work, slack, workers, minimum))).ToArbitrary();

    // The deadline is one that the fastest level meets with the reserve, and slack percent more.
    private static ElasticInput Build(double[] forecast, int past, double[] speedup, double[] power, int work, int slack, int workers, double minimum)
    {
        var now = Outlooks.Midnight.AddMinutes(past);
        var curve = ScalingCurve.Of(Sums(speedup), Sums(power));
        var remaining = TimeSpan.FromMinutes(work);
        var shortest = remaining / curve.Fastest.Throughput / 0.8;
        return new ElasticInput(
            Outlooks.HourlyAt(now, forecast), now, now + (shortest * (1.0001 + (slack / 100.0))), remaining, curve, workers)
        {
            MinimumSavingPercent = minimum,
            Following = workers > 0,
        };
    }

    private static double[] Sums(double[] values)
    {
        double sum = 0;
        return [.. values.Select(value => sum += value)];
    }
}
