using GreenOps.Api.Models;
using GreenOps.Decisions;
using GreenOps.Decisions.Emissions;
using GreenOps.Decisions.Training;
using GreenOps.Operator.Simulation;
using GreenOps.Operator.Simulation.Forecasts;

namespace GreenOps.Simulation.Manifests;

/// <summary>When the training of a manifest would run, from many starts over a trace, by <see cref="ShiftPolicy"/>.</summary>
/// <param name="carbon">The intensities that come.</param>
/// <param name="forecast">What each hour foresees.</param>
/// <param name="schedule">The manifest's schedule; null to run at once.</param>
internal sealed class TrainingPreview(CarbonReplay carbon, IHourlyForecast forecast, TrainingSchedule? schedule)
{
    // Six weeks of history where the trace has them; then every time of day in turn, since 5 and 24 have no common divisor.
    private const int History = 45 * 24;
    private const int Distance = 5;

    /// <summary>Hours that the training runs, as decisions by the hour see it.</summary>
    public int WorkHours { get; } = HoursOf(schedule?.ExpectedDurationSeconds ?? 3600);

    /// <summary>Hours from a start to its deadline.</summary>
    public int WindowHours { get; } = Math.Max(
        HoursOf(schedule?.ExpectedDurationSeconds ?? 3600), (schedule?.DeadlineSeconds ?? 3600) / 3600);

    /// <summary>The first start with enough history before it.</summary>
    public int FirstStart => Math.Min(History, Math.Max(0, (carbon.Hours.Count - WindowHours) / 2));

    /// <summary>The runs of all starts.</summary>
    /// <exception cref="SimulationInputException">The trace is shorter than the time to the deadline.</exception>
    public IReadOnlyList<TrainingCourse> Courses()
    {
        var last = carbon.Hours.Count - WindowHours;
        return last >= FirstStart
            ? [.. Enumerable.Range(0, ((last - FirstStart) / Distance) + 1).AsParallel().AsOrdered().Select(index => Course(FirstStart + (index * Distance)))]
            : throw new SimulationInputException($"{carbon.Path} has {carbon.Hours.Count} hours; the training's deadline lies {WindowHours} hours after its start.");
    }

    /// <summary>Grams that an energy, used evenly, emits in the hours of a course.</summary>
    public Grams Emitted(Joules energy, IReadOnlyList<int> hours) =>
        StageEmissions.Of(energy, carbon.Series with { Samples = [.. hours.Select(hour => carbon.Series.Samples[hour])] }, [.. hours.Select(hour => new RunInterval(carbon.At(hour), carbon.At(hour + 1)))]);

    private TrainingCourse Course(int start)
    {
        List<int> hours = [];
        var (left, running) = (WorkHours, false);
        for (var hour = start; left > 0; hour++)
        {
            running = Decide(start, hour, left, running).Action == ShiftAction.Run;
            if (running)
            {
                hours.Add(hour);
                left--;
            }
        }

        return new TrainingCourse(start, hours, hours[^1] + 1 > start + WindowHours);
    }

    private ShiftDecision Decide(int start, int hour, int left, bool running)
    {
        var deadline = start + WindowHours;
        return ShiftPolicy.Decide(new ShiftInput(
            carbon.Outlook(hour, forecast.At(hour, Math.Max(1, deadline - hour)), "Simulated"),
            carbon.At(hour),
            schedule is null ? null : carbon.At(deadline),
            TimeSpan.FromHours(left),
            schedule?.Interruptible ?? false,
            running)
        {
            // Replayed work takes as long as it is expected to and starts on the hour: no time need be kept free.
            Guard = TimeSpan.Zero,
            MinimumSavingPercent = schedule?.MinimumSavingPercent ?? 0,
            Waiting = hour > start && !running,
        });
    }

    private static int HoursOf(int seconds) => Math.Max(1, (seconds + 3599) / 3600);
}

/// <summary>The hours in which one training ran.</summary>
/// <param name="Start">Hour of the trace in which it could have run first.</param>
/// <param name="Hours">Hours in which it ran.</param>
/// <param name="Missed">Whether it was not done at its deadline.</param>
internal sealed record TrainingCourse(int Start, IReadOnlyList<int> Hours, bool Missed)
{
    /// <summary>The hours in which it would have run at once.</summary>
    public IReadOnlyList<int> AtOnce => [.. Enumerable.Range(Start, Hours.Count)];
}
