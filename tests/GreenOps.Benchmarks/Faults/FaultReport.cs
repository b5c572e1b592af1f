using Spectre.Console;

namespace GreenOps.Benchmarks.Faults;

/// <summary>The figures of a fault run as a table.</summary>
internal static class FaultReport
{
    private const int Shown = 20;

    public static void Print(FaultResult result, IAnsiConsole console)
    {
        var table = new Table().AddColumns("", "without faults", "with faults");
        void Row(string name, Func<LifeResult, object> value) =>
            table.AddRow(name, FormattableString.Invariant($"{value(result.Calm)}"), FormattableString.Invariant($"{value(result.Stormy)}"));
        Row("seconds", run => Math.Round(run.Took.TotalSeconds, 1));
        Row("steps of the models' lives", run => run.Steps);
        Row("objects at the end", run => run.Image.Count);
        Row("leaders killed", run => run.Kills);
        Row("operators that ended by themselves", run => run.OwnEnds);
        Row("changes of the leader", run => run.Transitions);
        Row("calls", run => run.Faults.Values.Sum());
        foreach (var fault in Enum.GetValues<Fault>().Where(fault => fault != Fault.None))
            Row($"  {fault}", run => run.Faults[fault]);
        Row("writes by operators", run => run.Writes);
        Row("writes of the Lease", run => run.LeaseChanges);
        Row("Jobs created", run => run.JobsCreated);
        Row("  again, the one before having had to go", run => run.JobsCreatedAgain.Count);
        Row("  again for no reason (must be 0)", run => run.UnfoundedJobs.Count);
        Row("Jobs beside another of the same revision (must be 0)", run => run.DuplicateJobs.Count);
        Row("writes by a process without the Lease (must be 0)", run => run.ForeignWrites.Count);
        table.AddRow("differences at the end (must be 0)", "", FormattableString.Invariant($"{result.Differences.Count}"));
        console.Write(table);
        foreach (var line in result.Differences.Concat(FaultResult.Faults(result.Calm)).Concat(FaultResult.Faults(result.Stormy)).Concat(result.Stormy.JobsCreatedAgain).Take(Shown))
            console.WriteLine(line);
    }
}
