using System.Security.Cryptography;
using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>An artifact that was held against its manifest.</summary>
/// <param name="FullPath">Path of its folder.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Digest"><c>sha256:</c> and the SHA-256 of <c>manifest.json</c>, lower-case hexadecimal.</param>
public sealed record ArtifactFolder(string FullPath, ArtifactManifest Manifest, string Digest)
{
    /// <summary>Opens an artifact folder after reading every file of it once.</summary>
    /// <param name="path">Path of the folder.</param>
    /// <exception cref="ArtifactException">A file is missing, or is not of the stated length and digest.</exception>
    public static ArtifactFolder Open(string path)
    {
        var (manifest, digest) = ReadManifest(path);
        foreach (var file in manifest.Files)
        {
            VerifyFile(path, file);
        }

        return new ArtifactFolder(path, manifest, digest);
    }

    /// <summary>Path of one of the artifact's files.</summary>
    /// <exception cref="ArtifactException">The manifest names no such file, so nothing vouches for one that may be there.</exception>
    public string File(string name) => Manifest.Files.Any(file => file.Path == name)
        ? Path.Join(FullPath, name)
        : throw new ArtifactException($"{FullPath} has a manifest that does not name '{name}'.");

    private static (ArtifactManifest Manifest, string Digest) ReadManifest(string path)
    {
        var file = Path.Join(path, ArtifactFiles.Manifest);
        try
        {
            var bytes = System.IO.File.ReadAllBytes(file);
            var manifest = ContractJson.Read<ArtifactManifest>(bytes, ArtifactFiles.Manifest);
            return manifest.SchemaVersion == ArtifactManifest.CurrentSchemaVersion
                ? (manifest, Sha256Text.Prefix + Sha256Text.Of(bytes))
                : throw new ArtifactException($"{file} has the schemaVersion '{manifest.SchemaVersion}'; this version reads '{ArtifactManifest.CurrentSchemaVersion}'.");
        }
        catch (ContractException error)
        {
            throw new ArtifactException($"{file}: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"{file} cannot be read: {error.Message}", error);
        }
    }

    private static void VerifyFile(string folder, ArtifactFile file)
    {
        // Path.GetFullPath refuses a NUL with an exception of its own.
        var path = file.Path.Contains('\0', StringComparison.Ordinal) ? "" : Path.GetFullPath(Path.Join(folder, file.Path));
        if (!path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new ArtifactException($"{folder} has a manifest that names '{file.Path}', which lies outside of it.");
        }

        try
        {
            using var content = System.IO.File.OpenRead(path);
            if (content.Length != file.Bytes)
            {
                throw new ArtifactException($"{path} is {content.Length} bytes long; its manifest says {file.Bytes}.");
            }

            var digest = Convert.ToHexStringLower(SHA256.HashData(content));
            if (digest != file.Sha256)
            {
                throw new ArtifactException($"{path} has the SHA-256 {digest}; its manifest says {file.Sha256}.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
