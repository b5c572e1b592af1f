namespace GreenOps.Operator.Simulation.Forecasts;

/// <summary>What makes the forecast of a simulation.</summary>
public enum ForecastKind
{
    /// <summary>What came, known in advance.</summary>
    Perfect,

    /// <summary>The operator's own forecast from history alone.</summary>
    Blend,

    /// <summary>The latest day, again and again.</summary>
    Persistence,

    /// <summary>What came, with an error of the same relative size in every hour.</summary>
    Noise,
}
