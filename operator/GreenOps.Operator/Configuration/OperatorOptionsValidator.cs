using Microsoft.Extensions.Options;

namespace GreenOps.Operator.Configuration;

/// <summary>Checks <see cref="OperatorOptions"/> at start; one sentence per fault.</summary>
public sealed class OperatorOptionsValidator : IValidateOptions<OperatorOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, OperatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(OperatorOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.TrainerImage))
        {
            yield return "TrainerImage is empty; name the image of greenops-trainer.";
        }

        if (string.IsNullOrWhiteSpace(options.ServerImage))
        {
            yield return "ServerImage is empty; name the image of greenops-server.";
        }

        if (options.HttpPort is < 1 or > 65535)
        {
            yield return $"HttpPort is {options.HttpPort}; it must be from 1 to 65535.";
        }

        if (!(options.IdleWattsPerCore >= 0))
        {
            yield return $"IdleWattsPerCore is {options.IdleWattsPerCore}; it must be 0 or more.";
        }
        else if (!(options.PeakWattsPerCore >= options.IdleWattsPerCore))
        {
            yield return $"PeakWattsPerCore is {options.PeakWattsPerCore}; it must be at least IdleWattsPerCore ({options.IdleWattsPerCore}).";
        }

        if (options.LoadIntervalSeconds is < 1 or > 300)
        {
            yield return $"LoadIntervalSeconds is {options.LoadIntervalSeconds}; it must be from 1 to 300.";
        }

        if (options.AccountingIntervalSeconds is < 1 or > 3600)
        {
            yield return $"AccountingIntervalSeconds is {options.AccountingIntervalSeconds}; it must be from 1 to 3600.";
        }

        if (options.PrometheusUrl is { Length: > 0 } prometheus
            && !(Uri.TryCreate(prometheus, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Query.Length == 0))
        {
            yield return $"PrometheusUrl is '{prometheus}'; it must be an address such as http://prometheus.monitoring:9090.";
        }

        if (options.LogFormat is { } format && !Enum.IsDefined(format))
        {
            yield return $"LogFormat is {format}; it must be Text or Json.";
        }

        foreach (var fault in Work(options).Concat(options.LeaderElection.Enabled ? Election(options.LeaderElection) : []))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> Work(OperatorOptions options)
    {
        if (options.Concurrency is < 1 or > 256)
        {
            yield return $"Concurrency is {options.Concurrency}; it must be from 1 to 256.";
        }

        if (options.ResyncSeconds is < 10 or > 86400)
        {
            yield return $"ResyncSeconds is {options.ResyncSeconds}; it must be from 10 to 86400.";
        }

        if (options.MinBackoffMilliseconds is < 1 or > 60000)
        {
            yield return $"MinBackoffMilliseconds is {options.MinBackoffMilliseconds}; it must be from 1 to 60000.";
        }

        if (options.MaxBackoffSeconds is < 1 or > 3600)
        {
            yield return $"MaxBackoffSeconds is {options.MaxBackoffSeconds}; it must be from 1 to 3600.";
        }
        else if (options.MaxBackoffSeconds * 1000 < options.MinBackoffMilliseconds)
        {
            yield return $"MaxBackoffSeconds is {options.MaxBackoffSeconds}; it must be no less than MinBackoffMilliseconds ({options.MinBackoffMilliseconds} ms).";
        }
    }

    private static IEnumerable<string> Election(LeaderElectionSettings election)
    {
        if (string.IsNullOrWhiteSpace(election.LeaseNamespace))
        {
            yield return "LeaderElection.LeaseNamespace is empty; name the namespace that the operator runs in.";
        }

        if (string.IsNullOrWhiteSpace(election.LeaseName))
        {
            yield return "LeaderElection.LeaseName is empty; give all replicas one name.";
        }

        if (election.RetryPeriodSeconds < 1)
        {
            yield return $"LeaderElection.RetryPeriodSeconds is {election.RetryPeriodSeconds}; it must be 1 or more.";
        }

        if (election.RenewDeadlineSeconds < 2L * election.RetryPeriodSeconds)
        {
            yield return $"LeaderElection.RenewDeadlineSeconds is {election.RenewDeadlineSeconds}; it must be at least twice RetryPeriodSeconds ({election.RetryPeriodSeconds}), so that one lost renewal costs nothing.";
        }

        if (election.LeaseDurationSeconds <= election.RenewDeadlineSeconds || election.LeaseDurationSeconds > 3600)
        {
            yield return $"LeaderElection.LeaseDurationSeconds is {election.LeaseDurationSeconds}; it must be more than RenewDeadlineSeconds ({election.RenewDeadlineSeconds}) and at most 3600.";
        }
    }
}
