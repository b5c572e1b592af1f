namespace GreenOps.Operator.Configuration;

/// <summary>
/// Settings of the operator, from environment variables with the prefix <c>GREENOPS__</c> (two underscores between
/// levels) or command-line switches of the same names. Checked at start by <see cref="OperatorOptionsValidator"/>.
/// </summary>
public sealed class OperatorOptions
{
    /// <summary>The one namespace whose GreenModels are reconciled; null for all.</summary>
    public string? Namespace { get; set; }

    /// <summary>Image of the training and compression containers.</summary>
    public string TrainerImage { get; set; } = "ghcr.io/greenops/greenops-trainer:0.1.0";

    /// <summary>Image of the serving containers.</summary>
    public string ServerImage { get; set; } = "ghcr.io/greenops/greenops-server:0.1.0";

    /// <summary>Port of <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c>.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <summary>
    /// Stated watts of an idle core, where nothing can be measured. The default is the mean of cloud server cores in
    /// the Cloud Carbon Footprint methodology.
    /// </summary>
    public double IdleWattsPerCore { get; set; } = 0.74;

    /// <summary>Stated watts of a fully used core; default as for <see cref="IdleWattsPerCore"/>.</summary>
    public double PeakWattsPerCore { get; set; } = 3.5;

    /// <summary>Seconds between two looks at a model's load.</summary>
    public int LoadIntervalSeconds { get; set; } = 5;

    /// <summary>Every object is reconciled at least this often, in seconds, even when nothing changes.</summary>
    public int ResyncSeconds { get; set; } = 600;

    /// <summary>Seconds between two writes of a model's serving emissions when nothing else changes.</summary>
    public int AccountingIntervalSeconds { get; set; } = 60;

    /// <summary>Artifacts of each stage that the status remembers for use again.</summary>
    public int ArtifactHistory { get; set; } = 10;

    /// <summary>Leader election between replicas of the operator.</summary>
    public LeaderElectionSettings LeaderElection { get; set; } = new();
}

/// <summary>Leader election between replicas of the operator.</summary>
public sealed class LeaderElectionSettings
{
    /// <summary>Whether replicas elect a leader; off for a single process.</summary>
    public bool Enabled { get; set; }

    /// <summary>Namespace of the Lease.</summary>
    public string LeaseNamespace { get; set; } = "greenops";

    /// <summary>Name of the Lease.</summary>
    public string LeaseName { get; set; } = "greenops-operator";

    /// <summary>Seconds that others wait after the last renewal they saw before they take over.</summary>
    public int LeaseDurationSeconds { get; set; } = 15;

    /// <summary>Seconds that the leader works on without a successful renewal; less than the duration.</summary>
    public int RenewDeadlineSeconds { get; set; } = 10;

    /// <summary>Seconds between two attempts to acquire or renew.</summary>
    public int RetryPeriodSeconds { get; set; } = 2;
}
