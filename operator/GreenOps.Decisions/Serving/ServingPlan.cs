namespace GreenOps.Decisions.Serving;

/// <summary>
/// Serves at least emissions under an accuracy floor and without shedding work: the mix follows carbon, the replicas
/// follow utilization, and a mix that needs more replicas waits for them. Decides without allocating.
/// </summary>
public static class ServingPlan
{
    // A change of the mix costs a reload in every pod; fewer points than these are not worth one.
    private const int SmallestChange = 10;

    // Covers the rounding of shares, so that 0.7 is 70 percent.
    private const double Rounding = 1e-6;

    /// <summary>Decides mix and replicas together.</summary>
    /// <param name="input">Variants, outlook, window, load and replicas.</param>
    /// <returns>The decision; carrying it out and asking again with all else the same changes nothing.</returns>
    public static ServingDecision Decide(in ServingInput input)
    {
        var (percent, reason, cap) = Mix(input);
        var replicas = input.Replicas;
        if (input.LowPercent is { } inForce && percent < inForce)
        {
            // What the replicas will be busy with under the new mix decides their number before it comes.
            replicas = replicas with { Utilization = replicas.Utilization * Growth(input.Pair, inForce, percent) };
            if (IsTooMuch(replicas) && inForce <= cap)
            {
                (percent, reason) = (inForce, MixReason.AwaitsReplicas);
            }
        }

        return new ServingDecision(percent, reason, ReplicaPolicy.Choose(replicas));
    }

    private static (int Percent, MixReason Reason, int Cap) Mix(in ServingInput input)
    {
        var choice = MixChoice.Make(
            input.Pair, input.Outlook, input.Now, input.Window, input.RequestsPerSecond, input.Load, input.LowPercent / 100.0);
        var (wanted, cap) = (Percent(choice.LowShare), Percent(choice.Cap));
        return (input.LowPercent is { } inForce && Stays(input, choice.Reason, wanted, cap, inForce) ? inForce : wanted, choice.Reason, cap);
    }

    /// <summary>Whether the mix in force stays: the new one differs little, or only because traffic paused.</summary>
    private static bool Stays(in ServingInput input, MixReason reason, int wanted, int cap, int inForce) => reason switch
    {
        MixReason.FloorLimits or MixReason.FloorUnreachable => false,

        // A mix that counts on better answers later must not await traffic: the next burst might be all its window sees.
        MixReason.NoTraffic or MixReason.CarbonDataStale when input.RequestsPerSecond <= 0 => inForce <= 100 * input.Pair.Quota,
        _ => inForce <= cap && Math.Abs(wanted - inForce) < SmallestChange,
    };

    private static bool IsTooMuch(in ReplicaInput replicas) =>
        replicas.Reporting > 0 && replicas.Utilization is { } utilization && ReplicaSteps.IsTooMuch(utilization / replicas.TargetUtilization);

    /// <summary>Energy per request of one mix over that of another; it stands for the time that a replica is busy with it.</summary>
    private static double Growth(VariantPair pair, int fromPercent, int toPercent)
    {
        var before = pair.JoulesAt(fromPercent / 100.0);
        return before > 0 ? pair.JoulesAt(toPercent / 100.0) / before : 1;
    }

    /// <summary>Whole percent, rounded so that the accurate variant gets what is left over.</summary>
    private static int Percent(double lowShare) => (int)Math.Floor((100 * lowShare) + Rounding);
}
