using System.Globalization;
using System.Text.Json;
using GreenOps.Operator.Simulation;

namespace GreenOps.Simulation.Serving;

/// <summary>Prints what a simulated serving saved.</summary>
internal static class ServingReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(ServingResult result, OutputFormat format, TextWriter printed)
    {
        if (format == OutputFormat.Json)
        {
            printed.WriteLine(JsonSerializer.Serialize(result, Json));
            return;
        }

        printed.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            g CO2e per 1,000 requests
              planned            {result.GramsPer1000Requests:G4}
              constant mix       {result.Baselines.ConstantMix:G4}{Less(result, result.Baselines.ConstantMix)}
              utilization only   {result.Baselines.UtilizationOnly:G4}{Less(result, result.Baselines.UtilizationOnly)}
              static             {result.Baselines.Static:G4}{Less(result, result.Baselines.Static)}
              optimum            {result.Optimum:G4}
            gain of the optimum  {result.GainOfOptimumPercent:0.00} % over the constant mix{(result.GainOfOptimumPercent < 0.01 ? ": no potential in timing" : "")}
            fraction of it       {result.FractionOfOptimum:0.000}
            mean accuracy        {result.MeanAccuracy:0.0000}
            windows below floor  {result.WindowsBelowFloor} of {result.Windows}
            late requests        {result.SloViolationPercent:0.000} %, {result.CarbonBlindSloViolationPercent:0.000} % under the constant mix
            replicas             {result.MeanReplicas:0.00} on average
            """));
    }

    private static string Less(ServingResult result, double baseline) => baseline > 0
        ? string.Create(CultureInfo.InvariantCulture, $" ({100 * (1 - (result.GramsPer1000Requests / baseline)):0.0} % less)")
        : "";
}
