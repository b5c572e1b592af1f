namespace GreenOps.Decisions.Emissions;

/// <summary>Energy by stated watts, for what has no meter: (idle + (peak - idle) x utilization) x cores x time.</summary>
public static class StatedEnergy
{
    /// <summary>The energy of some cores over a time.</summary>
    /// <param name="cores">Cores, at least 0.</param>
    /// <param name="utilization">Their mean utilization; clipped to [0, 1].</param>
    /// <param name="idleWattsPerCore">Watts of an idle core.</param>
    /// <param name="peakWattsPerCore">Watts of a fully used core.</param>
    /// <param name="time">How long; nothing is used in a negative time.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or not finite.</exception>
    public static Joules Of(double cores, double utilization, double idleWattsPerCore, double peakWattsPerCore, TimeSpan time)
    {
        var share = double.IsNaN(utilization) ? 1 : Math.Clamp(utilization, 0, 1);
        var watts = idleWattsPerCore + ((peakWattsPerCore - idleWattsPerCore) * share);
        return new Joules(
            Quantity.RequireNonNegative(cores, "number of cores")
            * Quantity.RequireNonNegative(watts, "watts per core")
            * Math.Max(0, time.TotalSeconds));
    }
}
