using System.Globalization;
using System.Text.Json;
using GreenOps.Operator.Simulation;
using GreenOps.Simulation.Serving;

namespace GreenOps.Simulation.Manifests;

/// <summary>Prints what a manifest would emit and save.</summary>
internal static class ManifestReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(ManifestResult result, OutputFormat format, TextWriter printed)
    {
        if (format == OutputFormat.Json)
        {
            printed.WriteLine(JsonSerializer.Serialize(result, Json));
            return;
        }

        printed.WriteLine($"GreenModel {result.Model}");
        if (result.Training is { } training)
        {
            printed.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"""

                training, mean of {training.Starts} starts
                  energy             {training.EnergyJoules:0} J ({training.EnergySource})
                  planned            {training.GramsCO2e:0.000} g CO2e
                  at once            {training.AtOnceGramsCO2e:0.000} g CO2e
                  saving             {training.SavingPercent:0.0} %{(training.SavingPercent < 0.05 ? ": no potential" : "")}
                  deadline misses    {training.DeadlineMisses}
                """));
        }

        if (result.Serving is { } serving)
        {
            printed.WriteLine($"\nserving, variants of {result.Variants}");
            ServingReport.Write(serving, format, printed);
        }

        foreach (var file in result.Plots)
        {
            printed.WriteLine($"plot: {file}");
        }
    }
}
