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

        if (!(options.PeakWattsPerCore >= options.IdleWattsPerCore))
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
    }
}
