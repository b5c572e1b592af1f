namespace GreenOps.Benchmarks.Compression;

/// <summary>What the compression benchmark goes by.</summary>
/// <param name="Data">Folder of the data set.</param>
/// <param name="Epochs">Passes of a training.</param>
/// <param name="Seeds">Seeds over which the distillation is averaged.</param>
/// <param name="Only">Beginning of the techniques to run; empty for all.</param>
internal sealed record CompressionSettings(string Data, int Epochs, int Seeds, string Only)
{
    /// <summary>Where Debian's dataset-fashion-mnist puts the full set.</summary>
    public const string FullSet = "/usr/share/datasets/fashion-mnist";
}
