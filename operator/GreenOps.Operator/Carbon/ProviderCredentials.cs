using System.Net.Http.Headers;
using System.Text;
using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>What a request proves itself with. Nothing here is ever logged or told; <see cref="Origin"/> is what people see.</summary>
/// <param name="Header">Name of the header.</param>
/// <param name="Value">Value of the header.</param>
/// <param name="Origin">Where the credentials are from, in words.</param>
/// <param name="Secrets">What must never show, should the provider's own words hold it.</param>
public sealed record ProviderCredentials(string Header, string Value, string Origin, IReadOnlyList<string> Secrets)
{
    private const string AuthorizationHeader = "Authorization";

    /// <summary>A token in a header of the provider's own.</summary>
    public static async Task<ProviderCredentials> TokenAsync(ISecretReader secrets, SecretKeyReference reference, string header, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(reference);
        var token = await secrets.ReadAsync(reference, cancellationToken);
        return new ProviderCredentials(header, token, $"key {reference.Key} of Secret {reference.Namespace}/{reference.Name}", [token]);
    }

    /// <summary>A bearer token.</summary>
    public static async Task<ProviderCredentials> BearerAsync(ISecretReader secrets, SecretKeyReference reference, CancellationToken cancellationToken)
    {
        var token = await TokenAsync(secrets, reference, AuthorizationHeader, cancellationToken);
        return token with { Value = Bearer(token.Value) };
    }

    /// <summary>A bearer token that a login gave.</summary>
    public static ProviderCredentials Bearer(string token, ProviderCredentials login)
    {
        ArgumentNullException.ThrowIfNull(login);
        return login with { Value = Bearer(token), Secrets = [.. login.Secrets, token] };
    }

    /// <summary>A user name and a password.</summary>
    public static async Task<ProviderCredentials> BasicAsync(ISecretReader secrets, SecretReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(reference);
        var user = await secrets.ReadAsync(Key("username"), cancellationToken);
        var password = await secrets.ReadAsync(Key("password"), cancellationToken);
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        return new ProviderCredentials(
            AuthorizationHeader,
            new AuthenticationHeaderValue("Basic", encoded).ToString(),
            $"keys username and password of Secret {reference.Namespace}/{reference.Name}",
            [password, encoded]);

        SecretKeyReference Key(string key) => new() { Namespace = reference.Namespace, Name = reference.Name, Key = key };
    }

    /// <summary>Text without the secrets.</summary>
    public string Redact(string text) => Secrets.Aggregate(text, (clean, secret) => clean.Replace(secret, "***", StringComparison.Ordinal));

    /// <summary>Says where from, never what.</summary>
    public override string ToString() => Origin;

    private static string Bearer(string token) => new AuthenticationHeaderValue("Bearer", token).ToString();
}
