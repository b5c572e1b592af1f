using GreenOps.Contract;

namespace GreenOps.Operator.Configuration;

/// <summary>
/// Settings of the operator: from the section <c>GreenOps</c> of an <c>appsettings.json</c> in the working folder, over it
/// environment variables with the prefix <c>GREENOPS__</c> (two underscores between levels), over them switches
/// <c>--Name=value</c> (a dot between levels). Checked at start by <see cref="OperatorSettings"/>; one that is unknown, does
/// not parse or is out of range ends the start.
/// </summary>
public sealed class OperatorOptions
{
    /// <summary>The one namespace whose GreenModels are reconciled; all when empty.</summary>
    public string? Namespace { get; set; }

    /// <summary>Image of the training and compression containers.</summary>
    public string TrainerImage { get; set; } = "ghcr.io/greenops/greenops-trainer:0.1.0";

    /// <summary>Image of the serving containers.</summary>
    public string ServerImage { get; set; } = "ghcr.io/greenops/greenops-server:0.1.0";

    /// <summary>Port of <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c>.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <summary>How the log is written; without it as text to a terminal and as JSON to anything else.</summary>
    public LogFormat? LogFormat { get; set; }

    /// <summary>
    /// Stated watts of an idle core, where nothing can be measured; by default <see cref="PowerSpec.CloudServerCore"/>.
    /// </summary>
    public double IdleWattsPerCore { get; set; } = PowerSpec.CloudServerCore.IdleWattsPerCore;

    /// <summary>Stated watts of a fully used core; default as for <see cref="IdleWattsPerCore"/>.</summary>
    public double PeakWattsPerCore { get; set; } = PowerSpec.CloudServerCore.PeakWattsPerCore;

    /// <summary>Seconds between two looks at a model's load.</summary>
    public int LoadIntervalSeconds { get; set; } = 5;

    /// <summary>Seconds between two writes of a model's serving emissions when nothing else changes.</summary>
    public int AccountingIntervalSeconds { get; set; } = 60;

    /// <summary>Objects of a kind that are reconciled at the same time.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>Seconds after which an object is looked at again (give or take 10 %), even when nothing changes.</summary>
    public int ResyncSeconds { get; set; } = 600;

    /// <summary>Milliseconds from an object's first failure to the next try; doubles with each further one in a row.</summary>
    public int MinBackoffMilliseconds { get; set; } = 5;

    /// <summary>The most seconds between two tries of a failing object.</summary>
    public int MaxBackoffSeconds { get; set; } = 300;

    /// <summary>Address of Prometheus' HTTP API, such as <c>http://prometheus.monitoring:9090</c>, by which serving containers of the user's own are scaled; unset, they are not.</summary>
    public string? PrometheusUrl { get; set; }

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
    public int LeaseDurationSeconds { get; set; } = 12;

    /// <summary>Seconds after its last renewal in which the leader may write; then it gives up.</summary>
    public int RenewDeadlineSeconds { get; set; } = 8;

    /// <summary>Seconds between two renewals; others look at the lease twice as often.</summary>
    public int RetryPeriodSeconds { get; set; } = 2;
}
