using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace GreenOps.Sandbox.Api.Access;

/// <summary>Who a bearer token stands for. Without one a client is the administrator: the server listens on loopback only.</summary>
internal sealed class Identities
{
    /// <summary>The user that may do everything.</summary>
    public const string Administrator = "system:admin";

    /// <summary>A token that says nothing, for clients that refuse to start without one.</summary>
    public const string NoToken = "none";

    private const string Scheme = "Bearer ";
    private const int TokenBytes = 32;
    private readonly ConcurrentDictionary<string, string> users = new(StringComparer.Ordinal);

    /// <summary>A new token for a service account.</summary>
    public string Issue(string ns, string serviceAccount)
    {
        var token = RandomNumberGenerator.GetHexString(2 * TokenBytes, lowercase: true);
        users[token] = $"{Authorizer.ServiceAccountPrefix}{ns}:{serviceAccount}";
        return token;
    }

    /// <summary>The user of a request; null when its token is not one of ours.</summary>
    public string? UserOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var token = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : NoToken;
        return token == NoToken ? Administrator : users.GetValueOrDefault(token);
    }
}
