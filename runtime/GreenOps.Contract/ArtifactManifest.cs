namespace GreenOps.Contract;

/// <summary>
/// <c>manifest.json</c>, the last file that a stage writes into its artifact folder before the folder is renamed into
/// place: a folder without it is not an artifact.
/// </summary>
public sealed record ArtifactManifest
{
    /// <summary>The version of this document that this code reads and writes.</summary>
    public const string CurrentSchemaVersion = "greenops.dev/artifact/v1";

    /// <summary>Always <see cref="CurrentSchemaVersion"/>.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>The stage that made the artifact.</summary>
    public required string Stage { get; init; }

    /// <summary>Its revision.</summary>
    public required string Revision { get; init; }

    /// <summary>Every other file of the folder, sorted by path (ordinal).</summary>
    public required IReadOnlyList<ArtifactFile> Files { get; init; }
}

/// <summary>One file of an artifact.</summary>
/// <param name="Path">Path below the artifact folder, with forward slashes.</param>
/// <param name="Bytes">Length in bytes.</param>
/// <param name="Sha256">SHA-256, lower-case hexadecimal.</param>
public sealed record ArtifactFile(string Path, long Bytes, string Sha256);

/// <summary>Names of files inside an artifact folder.</summary>
public static class ArtifactFiles
{
    /// <summary>The network.</summary>
    public const string Model = "model.onnx";

    /// <summary>The <see cref="ArtifactManifest"/>.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>The stage's report, as it was when the artifact was made.</summary>
    public const string Report = "report.json";

    /// <summary>The stage's spec.</summary>
    public const string Spec = "stage.json";

    /// <summary>Of a search: every candidate with its steps, figures and verdict (<see cref="SearchReport"/>).</summary>
    public const string Search = "search.json";
}
