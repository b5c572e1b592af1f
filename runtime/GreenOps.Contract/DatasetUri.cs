namespace GreenOps.Contract;

/// <summary>A parsed data set URI: a path in the container, or a path on a persistent volume claim.</summary>
/// <param name="Claim">The claim of <c>pvc://claim/path</c>; null for <c>file:///path</c>.</param>
/// <param name="ContainerPath">Where the data lies inside the container.</param>
public sealed record DatasetUri(string? Claim, string ContainerPath)
{
    /// <summary>Parses a URI.</summary>
    /// <param name="uri"><c>file:///path</c> or <c>pvc://claim/path</c>.</param>
    /// <exception cref="ContractException">The URI has another form.</exception>
    public static DatasetUri Parse(string uri)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed))
        {
            throw new ContractException($"dataset.uri is '{uri}'; write file:///path or pvc://claim/path.");
        }

        var path = Uri.UnescapeDataString(parsed.AbsolutePath);
        if (path.Split('/').Contains(".."))
        {
            throw new ContractException($"dataset.uri is '{uri}'; '..' is not allowed in its path.");
        }

        return (parsed.Scheme, parsed.Host) switch
        {
            ("file", "") when path.Length > 1 => new DatasetUri(null, path),
            ("file", _) => throw new ContractException($"dataset.uri is '{uri}'; a file URI has three slashes and a path: file:///path."),
            ("pvc", "") => throw new ContractException($"dataset.uri is '{uri}'; name the claim: pvc://claim/path."),
            ("pvc", var claim) => new DatasetUri(claim, $"{ContainerPaths.Claims}/{claim}{path.TrimEnd('/')}"),
            var (scheme, _) => throw new ContractException($"dataset.uri is '{uri}'; the scheme '{scheme}' is not one of file, pvc."),
        };
    }
}
