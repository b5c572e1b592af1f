namespace GreenOps.Contract;

/// <summary>A parsed address of a ready model.</summary>
public abstract record ModelUri
{
    private const string ObjectScheme = "s3://";

    /// <summary>Parses a URI.</summary>
    /// <param name="uri"><c>file:///path</c>, <c>pvc://claim/path</c>, <c>http(s)://host/path</c> or <c>s3://bucket/key</c>.</param>
    /// <exception cref="ContractException">The URI has another form.</exception>
    public static ModelUri Parse(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (uri.StartsWith(ObjectScheme, StringComparison.OrdinalIgnoreCase))
        {
            // As it stands, like every tool of S3 reads it: keys may hold what a URI would have to escape.
            return uri[ObjectScheme.Length..].Split('/', 2) is [{ Length: > 0 } bucket, { Length: > 0 } key]
                ? new S3ModelUri(bucket, key)
                : throw new ContractException($"model.uri is '{uri}'; name the bucket and the object: s3://bucket/key.");
        }

        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed))
        {
            throw new ContractException($"model.uri is '{uri}'; write file:///path, pvc://claim/path, https://host/path or s3://bucket/key.");
        }

        var path = Uri.UnescapeDataString(parsed.AbsolutePath);
        return (parsed.Scheme, parsed.Host) switch
        {
            ("http" or "https", _) when parsed.UserInfo.Length > 0 =>
                throw new ContractException("model.uri holds a user name or password; put them into a secret instead."),
            ("http" or "https", _) => new HttpModelUri(parsed),
            ("file" or "pvc", _) when Uri.UnescapeDataString(uri).Split('/').Contains("..") =>
                throw new ContractException($"model.uri is '{uri}'; '..' is not allowed in its path."),
            ("file", "") when path.Length > 1 => new FileModelUri(null, path),
            ("file", _) => throw new ContractException($"model.uri is '{uri}'; a file URI has three slashes and a path: file:///path."),
            ("pvc", "") => throw new ContractException($"model.uri is '{uri}'; name the claim: pvc://claim/path."),
            ("pvc", _) when path.Length <= 1 => throw new ContractException($"model.uri is '{uri}'; name the file on the claim: pvc://claim/path."),
            ("pvc", var claim) => new FileModelUri(claim, $"{ContainerPaths.Claims}/{claim}{path}"),
            var (scheme, _) => throw new ContractException($"model.uri is '{uri}'; the scheme '{scheme}' is not one of file, pvc, http, https, s3."),
        };
    }
}

/// <summary>A file in the container.</summary>
/// <param name="Claim">The claim of <c>pvc://claim/path</c>; null for <c>file:///path</c>.</param>
/// <param name="ContainerPath">Where the file lies inside the container.</param>
public sealed record FileModelUri(string? Claim, string ContainerPath) : ModelUri;

/// <summary>A file that a web server gives.</summary>
/// <param name="Address">Its address.</param>
public sealed record HttpModelUri(Uri Address) : ModelUri;

/// <summary>An object in a store that speaks S3.</summary>
/// <param name="Bucket">Its bucket.</param>
/// <param name="Key">Its key.</param>
public sealed record S3ModelUri(string Bucket, string Key) : ModelUri;
