namespace GreenOps.Operator.Simulation;

/// <summary>A recorded quantity in slots of equal length, without holes.</summary>
/// <param name="Path">The file it was read from.</param>
/// <param name="Start">Start of the first slot, in UTC.</param>
/// <param name="Step">Length of a slot.</param>
/// <param name="Values">One value per slot; at least one.</param>
/// <param name="Remarks">What was wrong with the file and what was made of it, one sentence each; empty for a clean file.</param>
public sealed record RecordedSeries(
    string Path, DateTimeOffset Start, TimeSpan Step, IReadOnlyList<double> Values, IReadOnlyList<string> Remarks)
{
    /// <summary>End of the last slot.</summary>
    public DateTimeOffset End => Start + (Step * Values.Count);

    /// <summary>
    /// The means of longer slots that start at whole multiples of their length; what the first and the last of them lack is left out.
    /// </summary>
    /// <param name="step">Length of a slot of the result.</param>
    /// <exception cref="SimulationInputException">The length is no multiple of <see cref="Step"/>, or the series is shorter.</exception>
    public RecordedSeries InSlotsOf(TimeSpan step)
    {
        if (step.Ticks % Step.Ticks != 0)
        {
            throw new SimulationInputException($"{Path} has a row every {Step}; it must be one every {step}, or several of equal distance in that time.");
        }

        var each = (int)(step.Ticks / Step.Ticks);
        var skip = (int)((step.Ticks - (Start.UtcTicks % step.Ticks)) % step.Ticks / Step.Ticks);
        var count = (Values.Count - skip) / each;
        if (count < 1)
        {
            throw new SimulationInputException($"{Path} covers {Step * Values.Count}; at least {step} are needed.");
        }

        return each == 1 ? this : this with
        {
            Start = Start + (Step * skip),
            Step = step,
            Values = [.. Values.Skip(skip).Take(count * each).Chunk(each).Select(chunk => chunk.Average())],
            Remarks = [.. Remarks, $"{Path} has a row every {Step}; the simulation takes the means of {step}."],
        };
    }
}
