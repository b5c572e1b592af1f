using GreenOps.Decisions;

namespace GreenOps.Simulation.Serving;

/// <summary>What serving a trace came to.</summary>
/// <param name="Energy">Energy of the replicas, busy and idle.</param>
/// <param name="Emissions">What it emitted.</param>
/// <param name="MixEmissions">What the requests alone emitted, each with its share of idle power at the target utilization: the figure in which mixes compare, however many replicas there were.</param>
/// <param name="Requests">Requests that came.</param>
/// <param name="MeanAccuracy">Mean accuracy of all answers.</param>
/// <param name="WindowsBelowFloor">Windows whose mean accuracy lay below the floor.</param>
/// <param name="LatePercent">Requests that came while every replica was busy, in percent of all.</param>
/// <param name="MeanReplicas">Replicas that were ready, on average.</param>
/// <param name="RequestsByHour">Requests by hour of the trace.</param>
internal sealed record ServingTotals(
    Joules Energy,
    Grams Emissions,
    Grams MixEmissions,
    double Requests,
    double MeanAccuracy,
    int WindowsBelowFloor,
    double LatePercent,
    double MeanReplicas,
    IReadOnlyList<double> RequestsByHour)
{
    /// <summary>Grams per 1,000 requests; 0 when there were none.</summary>
    public double GramsPer1000Requests => Per1000(Emissions);

    /// <summary>An emission per 1,000 of these requests.</summary>
    public double Per1000(Grams emissions) => Requests > 0 ? emissions.Value / Requests * 1000 : 0;
}

/// <summary>One step of a replay as a plot shows it.</summary>
/// <param name="At">Its start.</param>
/// <param name="Rate">Requests per second.</param>
/// <param name="LowShare">Share of the pair's cheaper variant.</param>
/// <param name="Ready">Replicas that answered.</param>
internal readonly record struct ServingObservation(DateTimeOffset At, double Rate, double LowShare, int Ready);
