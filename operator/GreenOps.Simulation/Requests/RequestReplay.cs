using GreenOps.Operator.Simulation;

namespace GreenOps.Simulation.Requests;

/// <summary>Recorded requests per second, over and over where the trace of carbon is longer.</summary>
public sealed class RequestReplay
{
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan[] Periods = [TimeSpan.FromDays(7), TimeSpan.FromDays(1)];

    private readonly RecordedSeries recorded;
    private readonly long slots;

    private RequestReplay(RecordedSeries recorded, long slots, TimeSpan step, IReadOnlyList<string> remarks) =>
        (this.recorded, this.slots, Step, Remarks) = (recorded, slots, step, remarks);

    /// <summary>How often a replay decides: with every slot, and at least once a minute.</summary>
    public TimeSpan Step { get; }

    /// <summary>What was made of the file.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>Reads a CSV file with the columns <c>timestamp,requests_per_second</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="start">Start of the trace of carbon.</param>
    /// <param name="end">Its end.</param>
    /// <exception cref="SimulationInputException">The file cannot be read or mended, or its slots do not divide an hour.</exception>
    public static RequestReplay Read(string path, DateTimeOffset start, DateTimeOffset end)
    {
        var recorded = RecordedSeriesFile.Read(path, "timestamp", "requests_per_second");
        if (Hour.Ticks % recorded.Step.Ticks != 0)
        {
            throw new SimulationInputException($"{path} has a row every {recorded.Step}; it must be a whole part of an hour, such as 10 seconds, 5 minutes or the hour.");
        }

        List<string> remarks = [.. recorded.Remarks];
        long slots = recorded.Values.Count;
        if (start < recorded.Start || end > recorded.End)
        {
            // Whole weeks, or days, so that the time of day and the day of the week stay what they were.
            var length = recorded.End - recorded.Start;
            var period = Array.Find(Periods, period => length >= 2 * period);
            var covered = period > TimeSpan.Zero ? period * Math.Floor(length / period) : length;
            slots = covered.Ticks / recorded.Step.Ticks;
            remarks.Add($"{path} runs from {recorded.Start:u} to {recorded.End:u} and the carbon trace from {start:u} to {end:u}; its first {covered} repeat over the whole trace.");
        }

        return new RequestReplay(recorded, slots, recorded.Step < LongestStep ? recorded.Step : LongestStep, remarks);
    }

    /// <summary>Requests per second at a moment.</summary>
    public double At(DateTimeOffset time)
    {
        var slot = (long)Math.Floor((time - recorded.Start) / recorded.Step);
        return recorded.Values[(int)(((slot % slots) + slots) % slots)];
    }
}
