namespace GreenOps.Operator.Carbon;

/// <summary>One request to a provider.</summary>
/// <param name="Provider">The provider's name, for people.</param>
/// <param name="Field">Its field below spec, such as <c>provider.wattTime</c>.</param>
/// <param name="BaseUrl">Where its API is.</param>
/// <param name="Path">Path below it, without a slash before it.</param>
public sealed record ProviderCall(string Provider, string Field, string BaseUrl, string Path)
{
    /// <summary>Names and values of the query, to be escaped.</summary>
    public IReadOnlyList<(string Name, string Value)> Query { get; init; } = [];

    /// <summary>What the request proves itself with; null for nothing.</summary>
    public ProviderCredentials? Credentials { get; init; }

    /// <summary>The whole address.</summary>
    public Uri Address => new(
        $"{BaseUrl.TrimEnd('/')}/{Path}{(Query.Count == 0 ? "" : "?")}{string.Join('&', Query.Select(entry => $"{Uri.EscapeDataString(entry.Name)}={Uri.EscapeDataString(entry.Value)}"))}");

    /// <summary>Text that does not give the credentials away.</summary>
    public string Redact(string text) => Credentials?.Redact(text) ?? text;
}
