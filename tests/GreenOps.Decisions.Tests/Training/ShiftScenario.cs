using FsCheck;
using FsCheck.Fluent;
using GreenOps.Decisions.Training;

namespace GreenOps.Decisions.Tests.Training;

/// <summary>A shift input with whole or broken hours, short or long forecasts, and intensities that often tie.</summary>
public sealed record ShiftScenario(ShiftInput Input)
{
    public override string ToString() =>
        $"{Input} forecast [{string.Join(' ', Input.Outlook.Forecast.Select(slot => slot.Value))}]";
}

public static class ShiftScenarios
{
    public static Arbitrary<ShiftScenario> Arbitrary() => (
        from forecast in Gen.Choose(0, 9).Select(level => level * 50.0).NonEmptyListOf()
        from minutesPastMidnight in Gen.Elements(0, 0, 17, 59)
        from work in Gen.Choose(1, 600)
        from slack in Gen.Choose(0, 2000)
        from interruptible in ArbMap.Default.GeneratorFor<bool>()
        from running in ArbMap.Default.GeneratorFor<bool>()
        from waiting in ArbMap.Default.GeneratorFor<bool>()
        from minimum in Gen.Elements(0.0, 3.0)
        from guard in Gen.Elements<int?>(null, 0, 30, 90)
        select new ShiftScenario(Build(
            [.. forecast], minutesPastMidnight, work, slack, interruptible, running, minimum, guard) with
        {
            Waiting = waiting && !running,
        })).ToArbitrary();

    private static ShiftInput Build(
        double[] forecast, int past, int work, int slack, bool interruptible, bool running, double minimum, int? guard)
    {
        var now = Outlooks.Midnight.AddMinutes(past);
        return new ShiftInput(
            Outlooks.HourlyAt(now, forecast),
            now,
            now.AddMinutes(work + slack),
            TimeSpan.FromMinutes(work),
            interruptible,
            running)
        {
            MinimumSavingPercent = minimum,
            Guard = guard is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
        };
    }
}
