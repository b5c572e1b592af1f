using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>Reads credentials, anew at each call.</summary>
public interface ISecretReader
{
    /// <summary>The text under the key.</summary>
    /// <exception cref="CarbonDataException">There is no such Secret or key, or it cannot be a credential.</exception>
    Task<string> ReadAsync(SecretKeyReference reference, CancellationToken cancellationToken);
}
