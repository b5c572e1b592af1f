namespace GreenOps.Operator.Load;

/// <summary>What the pods of one model say of themselves at one moment.</summary>
/// <param name="Servers">Serving pods, sorted by name; those that did not answer are left out.</param>
/// <param name="Stages">Stage pods, sorted by name; those that did not answer are left out.</param>
/// <param name="RequestsPerSecond">Requests answered per second by all serving pods, over the last seconds.</param>
public sealed record LoadSnapshot(
    IReadOnlyList<ServerLoad> Servers,
    IReadOnlyList<StageLoad> Stages,
    double RequestsPerSecond)
{
    /// <summary>A snapshot in which no pod answered.</summary>
    public static LoadSnapshot Empty { get; } = new([], [], 0);

    /// <summary>The demand on a serving container of the user's own; null when it does not scale by a query.</summary>
    public DemandReading? Demand { get; init; }

    /// <summary>How long every serving pod has answered and nobody has asked them anything; zero when that is not so.</summary>
    public TimeSpan IdleFor { get; init; }

    /// <summary>When the pods were asked; null when none was.</summary>
    public DateTimeOffset? ReadAt { get; init; }
}

/// <summary>What one serving pod says of itself.</summary>
/// <param name="Pod">Name of the pod.</param>
/// <param name="Busy">Utilization; 1 is full.</param>
/// <param name="Joules">Energy since its process started.</param>
/// <param name="Requests">Requests answered with success since then, by variant.</param>
/// <param name="Artifacts">Folders of the artifacts that it has loaded.</param>
public sealed record ServerLoad(
    string Pod,
    double Busy,
    double Joules,
    IReadOnlyDictionary<string, long> Requests,
    IReadOnlySet<string> Artifacts)
{
    /// <summary>Why it does not serve variants that its routing table names, a sentence each, by the artifact's folder.</summary>
    public IReadOnlyDictionary<string, string> Refused { get; init; } = new Dictionary<string, string>();
}

/// <summary>What one stage pod says of itself.</summary>
/// <param name="Pod">Name of the pod.</param>
/// <param name="Progress">Share of the work that is done, in [0, 1].</param>
/// <param name="Accuracy">Accuracy after the last epoch, in [0, 1]; null before the first.</param>
public sealed record StageLoad(string Pod, double Progress, double? Accuracy);
