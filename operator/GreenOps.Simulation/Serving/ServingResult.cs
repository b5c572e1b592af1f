using System.Text.Json.Serialization;

namespace GreenOps.Simulation.Serving;

/// <summary>What the operator's plan for serving saves.</summary>
public sealed record ServingResult
{
    /// <summary>Grams of CO2-equivalent per 1,000 requests under the plan, idle power of its replicas included.</summary>
    public required double GramsPer1000Requests { get; init; }

    /// <summary>The same of what it is compared with.</summary>
    public required ServingBaselines Baselines { get; init; }

    /// <summary>Grams per 1,000 requests of the linear program, idle power at the target utilization included.</summary>
    public required double Optimum { get; init; }

    /// <summary>Share of the optimum's gain over the constant mix that the plan reached, replicas and their rounding aside; 1 where nothing can be gained.</summary>
    public required double FractionOfOptimum { get; init; }

    /// <summary>The optimum's gain over the constant mix, in percent.</summary>
    public required double GainOfOptimumPercent { get; init; }

    /// <summary>Mean accuracy of all answers.</summary>
    public required double MeanAccuracy { get; init; }

    /// <summary>Accuracy windows of the trace.</summary>
    public required int Windows { get; init; }

    /// <summary>Those of them whose mean accuracy lay below the floor.</summary>
    public required int WindowsBelowFloor { get; init; }

    /// <summary>Requests that came while every replica was busy, in percent of all.</summary>
    public required double SloViolationPercent { get; init; }

    /// <summary>The same under the constant mix, which does not look at carbon.</summary>
    public required double CarbonBlindSloViolationPercent { get; init; }

    /// <summary>Replicas, on average.</summary>
    public required double MeanReplicas { get; init; }

    /// <summary>Requests of the whole trace.</summary>
    public required double Requests { get; init; }

    /// <summary>Energy of the whole trace.</summary>
    public required double EnergyJoules { get; init; }

    /// <summary>Emissions of the whole trace.</summary>
    [JsonPropertyName("gramsCO2e")]
    public required double GramsCO2e { get; init; }

    /// <summary>Emissions avoided, by the name of what would have been done otherwise.</summary>
    [JsonPropertyName("avoidedGramsCO2e")]
    public required IReadOnlyDictionary<string, double> AvoidedGramsCO2e { get; init; }
}

/// <summary>Grams of CO2-equivalent per 1,000 requests without the plan.</summary>
/// <param name="Static">The most accurate variant on as many replicas as the highest load needs, all the time.</param>
/// <param name="UtilizationOnly">The most accurate variant on replicas by utilization.</param>
/// <param name="ConstantMix">The mix that just holds the floor, the same in every hour, on replicas by utilization.</param>
public sealed record ServingBaselines(double Static, double UtilizationOnly, double ConstantMix);
