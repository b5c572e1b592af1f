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

        printed.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            starts               {result.Starts}
            saving               {result.SavingPercent:0.00} % less CO2e than running at once
            best possible        {result.OracleSavingPercent:0.00} %
            fraction of it       {result.FractionOfOracle:0.000}
            deadline misses      {result.DeadlineMisses}
            resumes per training {result.ResumesPerJob:0.00}
            energy               {result.EnergyRatio:0.000} of running at once
            """));
    }
}
