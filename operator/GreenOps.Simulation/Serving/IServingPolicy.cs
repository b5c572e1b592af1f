namespace GreenOps.Simulation.Serving;

/// <summary>Decides how a simulated model is served, step by step.</summary>
internal interface IServingPolicy
{
    /// <summary>Decides one step.</summary>
    /// <param name="moment">What is to be seen.</param>
    ServingStep Decide(in ServingMoment moment);

    /// <summary>Tells that a step is over.</summary>
    /// <param name="moment">What was to be seen when it began.</param>
    /// <param name="requests">Requests of the step.</param>
    /// <param name="low">Those of them that the pair's cheaper variant answered.</param>
    /// <param name="isLastOfWindow">Whether the accuracy window ends with it.</param>
    void Served(in ServingMoment moment, double requests, double low, bool isLastOfWindow);
}

/// <summary>What a policy sees at a step.</summary>
/// <param name="Hour">Hour of the trace.</param>
/// <param name="Now">The moment.</param>
/// <param name="Elapsed">Time since the accuracy window began.</param>
/// <param name="Rate">Requests per second.</param>
/// <param name="Replicas">Replicas asked for.</param>
/// <param name="Ready">Replicas that answer.</param>
/// <param name="Utilization">Their utilization under the mix in force.</param>
internal readonly record struct ServingMoment(
    int Hour, DateTimeOffset Now, TimeSpan Elapsed, double Rate, int Replicas, int Ready, double Utilization);

/// <summary>How a step is served.</summary>
/// <param name="LowShare">Share of the traffic for the pair's cheaper variant.</param>
/// <param name="Replicas">Replicas to ask for.</param>
internal readonly record struct ServingStep(double LowShare, int Replicas);
