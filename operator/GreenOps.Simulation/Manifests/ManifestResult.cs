using System.Text.Json.Serialization;
using GreenOps.Simulation.Serving;

namespace GreenOps.Simulation.Manifests;

/// <summary>What a manifest would emit and save on a trace.</summary>
public sealed record ManifestResult
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The training; null when the manifest has none.</summary>
    public required TrainingFigures? Training { get; init; }

    /// <summary>Where the variants' figures are from; null when serving was not simulated.</summary>
    public required string? Variants { get; init; }

    /// <summary>The serving; null when no requests were given.</summary>
    public required ServingResult? Serving { get; init; }

    /// <summary>Files of the plot.</summary>
    public required IReadOnlyList<string> Plots { get; init; }
}

/// <summary>One training, on average over many starts.</summary>
public sealed record TrainingFigures
{
    /// <summary>Starts that were simulated.</summary>
    public required int Starts { get; init; }

    /// <summary>Hours that it runs.</summary>
    public required int WorkHours { get; init; }

    /// <summary>Hours from start to deadline.</summary>
    public required int WindowHours { get; init; }

    /// <summary>Its energy.</summary>
    public required double EnergyJoules { get; init; }

    /// <summary>Where that figure is from.</summary>
    public required string EnergySource { get; init; }

    /// <summary>Mean emissions as planned.</summary>
    [JsonPropertyName("gramsCO2e")]
    public required double GramsCO2e { get; init; }

    /// <summary>Mean emissions had it run at once.</summary>
    [JsonPropertyName("atOnceGramsCO2e")]
    public required double AtOnceGramsCO2e { get; init; }

    /// <summary>What planning saves against running at once, in percent.</summary>
    public required double SavingPercent { get; init; }

    /// <summary>Starts that were not done at their deadline.</summary>
    public required int DeadlineMisses { get; init; }
}
