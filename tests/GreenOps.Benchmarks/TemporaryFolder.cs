namespace GreenOps.Benchmarks;

/// <summary>A folder of a run's own, gone with the run.</summary>
/// <param name="prefix">What its name begins with.</param>
internal sealed class TemporaryFolder(string prefix) : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory(prefix).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
