namespace GreenOps.Operator.Planning;

/// <summary>Growth of counters that only grow until their process restarts.</summary>
public static class CounterDelta
{
    /// <summary>Growth of one counter; one that went down restarted, so its whole value is new.</summary>
    public static double Between(double previous, double current) => current >= previous ? current - previous : current;
}
