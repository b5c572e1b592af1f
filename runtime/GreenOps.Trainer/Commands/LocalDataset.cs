using GreenOps.Contract;

namespace GreenOps.Trainer.Commands;

/// <summary>A data set that the command line names by a path.</summary>
internal static class LocalDataset
{
    /// <summary>Share of the examples that is held out where nothing else is said, in percent.</summary>
    public const int HoldoutPercent = 20;

    /// <summary>Its address and its split.</summary>
    /// <param name="path">A folder, or a file.</param>
    /// <param name="format">How it is encoded.</param>
    /// <param name="targetColumn">Column of a CSV file that holds the class or the value; null is the last one.</param>
    public static DatasetSpec At(string path, DatasetFormat format, string? targetColumn) => new()
    {
        Uri = new UriBuilder(Uri.UriSchemeFile, "") { Path = Path.GetFullPath(path) }.Uri.AbsoluteUri,
        Format = format,
        TargetColumn = targetColumn,
        HoldoutPercent = HoldoutPercent,
        HoldoutSeed = 0,
    };
}
