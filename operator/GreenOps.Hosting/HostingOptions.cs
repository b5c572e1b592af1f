using Microsoft.Extensions.Options;

namespace GreenOps.Hosting;

/// <summary>How the runtime watches, works and elects. Checked when the host starts.</summary>
public sealed class HostingOptions
{
    /// <summary>The one namespace to watch namespaced kinds in; null for all. Cluster-scoped kinds are watched in either case.</summary>
    public string? Namespace { get; set; }

    /// <summary>The name that events are reported under.</summary>
    public string Component { get; set; } = "greenops";

    /// <summary>How many objects of a kind are reconciled at the same time.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>Every object is reconciled at least this often (give or take 10 %), even when nothing changes.</summary>
    public TimeSpan ResyncPeriod { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The wait after an object's first failure; doubles with each further one in a row.</summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The longest wait between two tries of a failing object.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Which of several processes reconciles.</summary>
    public LeaderElectionOptions LeaderElection { get; } = new();
}

/// <summary>
/// Leader election by a <c>coordination.k8s.io/v1</c> Lease. With the defaults the next process leads within 15 s of the leader's
/// death: the lease, one look at it, and one more that found it not yet over.
/// </summary>
public sealed class LeaderElectionOptions
{
    /// <summary>False lets every process reconcile: for a single replica or development.</summary>
    public bool Enabled { get; set; }

    /// <summary>The namespace of the Lease.</summary>
    public string LeaseNamespace { get; set; } = "";

    /// <summary>The name of the Lease.</summary>
    public string LeaseName { get; set; } = "";

    /// <summary>What tells this process from the others; unique per process.</summary>
    public string Identity { get; set; } = $"{Environment.MachineName}_{Guid.NewGuid():N}";

    /// <summary>How long others wait after the last renewal they saw before they take over.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>
    /// How long after its last renewal the leader may write; then it gives up. Shorter than the lease by what a write already sent
    /// may take to arrive.
    /// </summary>
    public TimeSpan RenewDeadline { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>The wait between two renewals. A process that does not lead looks at the lease twice as often.</summary>
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(2);
}

internal sealed class HostingOptionsValidator : IValidateOptions<HostingOptions>
{
    public ValidateOptionsResult Validate(string? name, HostingOptions options)
    {
        var errors = Errors(options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(HostingOptions options)
    {
        if (options.Concurrency < 1)
            yield return $"Concurrency is {options.Concurrency}: set it to 1 or more.";
        if (options.ResyncPeriod <= TimeSpan.Zero || options.ResyncPeriod > TimeSpan.FromDays(1))
            yield return $"ResyncPeriod is {options.ResyncPeriod}: set a positive time of up to a day.";
        if (options.MinBackoff <= TimeSpan.Zero || options.MaxBackoff < options.MinBackoff)
            yield return $"MinBackoff is {options.MinBackoff} and MaxBackoff {options.MaxBackoff}: set positive times, the maximum not below the minimum.";
        var election = options.LeaderElection;
        if (!election.Enabled)
            yield break;
        if (election.LeaseNamespace.Length == 0)
            yield return "LeaderElection.LeaseNamespace is empty: set the namespace the process runs in.";
        if (election.LeaseName.Length == 0)
            yield return "LeaderElection.LeaseName is empty: set one name for all replicas.";
        if (election.Identity.Length == 0)
            yield return "LeaderElection.Identity is empty: set a name unique to the process, such as its pod's.";
        if (election.LeaseDuration < TimeSpan.FromSeconds(1))
            yield return $"LeaderElection.LeaseDuration is {election.LeaseDuration}: a Lease counts whole seconds, so set one or more.";
        if (election.RenewDeadline >= election.LeaseDuration)
            yield return $"LeaderElection.RenewDeadline ({election.RenewDeadline}) must be shorter than LeaseDuration ({election.LeaseDuration}).";
        if (election.RetryPeriod <= TimeSpan.Zero || election.RetryPeriod >= election.RenewDeadline)
            yield return $"LeaderElection.RetryPeriod ({election.RetryPeriod}) must be positive and shorter than RenewDeadline ({election.RenewDeadline}).";
    }
}
