using System.Globalization;
using System.Text.Json;

namespace GreenOps.Operator.Simulation.Training;

/// <summary>Prints what a simulated training saved.</summary>
internal static class TrainingReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(TrainingResult result, OutputFormat format, TextWriter printed)
    {
        if (format == OutputFormat.Json)
        {
            printed.WriteLine(JsonSerializer.Serialize(result, Json));
            return;
        }

        foreach (var (name, value) in Lines(result))
        {
            printed.WriteLine($"{name,-22}{value}");
        }
    }

    private static IEnumerable<(string Name, string Value)> Lines(TrainingResult result)
    {
        yield return ("starts", Text($"{result.Starts}"));
        yield return ("saving", Text($"{result.SavingPercent:0.00} % less CO2e than running at once"));
        yield return ("best possible", Text($"{result.OracleSavingPercent:0.00} %, of which {result.FractionOfOracle:0.000} was reached"));
        if (result is { SuspendResumeSavingPercent: { } suspended, SavingOverSuspendResumePercent: { } over })
        {
            yield return ("suspend and resume", Text($"{suspended:0.00} % with one worker; {over:0.00} % less than that"));
        }

        yield return ("no potential", Text($"{result.NoPotentialStarts} starts ran at once, since there was too little to save"));
        yield return ("deadline misses", Text($"{result.DeadlineMisses}"));
        yield return ("resumes per training", Text($"{result.ResumesPerJob:0.00}"));
        if (result.ChangesPerJob is { } changes)
        {
            yield return ("changes of workers", Text($"{changes:0.00} per training"));
        }

        yield return ("energy", Text($"{result.EnergyRatio:0.000} of running at once"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
