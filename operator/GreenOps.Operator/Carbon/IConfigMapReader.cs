using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>Reads one key of a ConfigMap.</summary>
public interface IConfigMapReader
{
    /// <summary>The text under the key.</summary>
    /// <exception cref="CarbonDataException">There is no such ConfigMap or key.</exception>
    Task<string> ReadAsync(ConfigMapKeyReference reference, CancellationToken cancellationToken);
}
