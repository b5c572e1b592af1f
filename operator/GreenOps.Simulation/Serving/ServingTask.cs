using GreenOps.Decisions.Serving;
using GreenOps.Operator.Simulation;
using GreenOps.Operator.Simulation.Forecasts;
using GreenOps.Simulation.Requests;
using GreenOps.Simulation.Variants;

namespace GreenOps.Simulation.Serving;

/// <summary>What a simulated model has to serve, and how it may.</summary>
/// <param name="Carbon">The intensities that come.</param>
/// <param name="Forecast">What each hour foresees of them.</param>
/// <param name="Requests">The requests that come.</param>
/// <param name="Variants">The variants, at least one.</param>
/// <param name="Fleet">The replicas.</param>
/// <param name="AccuracyFloor">Least mean accuracy over a window.</param>
/// <param name="WindowHours">Length of a window.</param>
public sealed record ServingTask(
    CarbonReplay Carbon,
    IHourlyForecast Forecast,
    RequestReplay Requests,
    IReadOnlyList<SimulatedVariant> Variants,
    Fleet Fleet,
    double AccuracyFloor,
    int WindowHours)
{
    /// <summary>Windows that the trace holds; what is left of it at its end is not served.</summary>
    public int Windows => Carbon.Hours.Count / WindowHours;

    /// <summary>Hours that are served.</summary>
    public int Hours => Windows * WindowHours;

    /// <summary>The variants around the floor.</summary>
    public VariantPair Pair { get; } = VariantPair.Around([.. Variants.Select(variant => variant.ForMix(Fleet))], AccuracyFloor);

    /// <summary>The most accurate variant, and of equals the cheapest: what serves where nobody thinks of carbon.</summary>
    public SimulatedVariant Best { get; } = Variants.OrderByDescending(variant => variant.Accuracy).ThenBy(variant => variant.JoulesPerRequest.Value).First();

    /// <summary>A variant by its name.</summary>
    public SimulatedVariant Variant(string name) => Variants.First(variant => variant.Name == name);

    /// <summary>The task, checked.</summary>
    /// <exception cref="SimulationInputException">The trace is shorter than a window, or a bound has no meaning.</exception>
    public ServingTask Checked() => this switch
    {
        { WindowHours: < 1 } => throw new SimulationInputException($"--window-hours is {WindowHours}; it must be at least 1."),
        { AccuracyFloor: not (>= 0 and <= 1) } => throw new SimulationInputException(FormattableString.Invariant($"--accuracy-floor is {AccuracyFloor}; it must be a number from 0 to 1.")),
        { Windows: 0 } => throw new SimulationInputException($"{Carbon.Path} has {Carbon.Hours.Count} hours; a window of {WindowHours} needs at least as many."),
        _ => this,
    };
}
