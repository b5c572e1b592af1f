using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>Loads a data set by its spec.</summary>
public static class DatasetLoader
{
    /// <summary>Loads the data set.</summary>
    /// <param name="spec">Where it is, and how it is split.</param>
    /// <param name="task">
    /// Whether its targets are classes or values; null goes by the targets: texts, and whole numbers of few kinds, are classes.
    /// </param>
    /// <exception cref="DatasetException">It is missing, damaged, or another than its checksum says.</exception>
    public static Dataset Load(DatasetSpec spec, LearningTask? task = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        try
        {
            var path = ContainerPaths.Resolve(DatasetUri.Parse(spec.Uri).ContainerPath);
            return spec.Format switch
            {
                DatasetFormat.Csv => CsvTable.Load(spec, path, task),
                DatasetFormat.Npy => NpyArrays.Load(spec, path, task),
                _ => AsValues(IdxFolder.Load(spec, path), task),
            };
        }
        catch (UnauthorizedAccessException error)
        {
            throw new DatasetException(StageReasons.DatasetMissing, $"dataset.uri is '{spec.Uri}' and may not be read: {error.Message} Let the container's user read it.");
        }
    }

    /// <summary>Splits examples by <see cref="HoldoutSplit"/>, or as the data set does.</summary>
    /// <param name="spec">How they are split.</param>
    /// <param name="path">Where they are from.</param>
    /// <param name="all">The examples.</param>
    /// <param name="classes">Number of classes; 0 where values are learned.</param>
    /// <param name="training">How many of them, the first ones, the data set itself says are to learn from; null where it says nothing.</param>
    internal static Dataset Split(DatasetSpec spec, string path, ExampleSet all, int classes, int? training = null)
    {
        if (training is { } first)
        {
            return new Dataset(all.Shape, classes, all.Select([.. Enumerable.Range(0, first)]), all.Select([.. Enumerable.Range(first, all.Count - first)]));
        }

        if (all.Count < 2)
        {
            throw new DatasetException(StageReasons.DatasetInvalid, $"{path} holds {all.Count} example; at least two are needed to train and to judge.");
        }

        var split = HoldoutSplit.Create(all.Count, spec.HoldoutPercent, spec.HoldoutSeed);
        return new Dataset(all.Shape, classes, all.Select(split.Training), all.Select(split.HeldOut));
    }

    /// <summary>Holds a file against the spec's checksum.</summary>
    internal static void VerifyChecksum(DatasetSpec spec, string path)
    {
        if (spec.Sha256 is { } expected && Sha256Text.OfFile(path) is var actual && actual != expected)
        {
            throw new DatasetException(StageReasons.ChecksumMismatch, $"{path} has the SHA-256 {actual}; dataset.sha256 is {expected}.");
        }
    }

    /// <summary>The files named <c>train</c> and <c>test</c> of a folder that brings its own split; null where it has not both.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="endings">How the names of such files end.</param>
    internal static (string Train, string Test)? OwnSplit(string folder, params string[] endings)
    {
        string? Find(string name) => endings.Select(ending => Path.Join(folder, name + ending)).FirstOrDefault(File.Exists);
        return Find("train") is { } train && Find("test") is { } test ? (train, test) : null;
    }

    /// <summary>The file that holds a data set: the one that is named, or the only one of its kind in the folder that is.</summary>
    /// <param name="spec">Names it.</param>
    /// <param name="path">The named path.</param>
    /// <param name="endings">How the names of such files end.</param>
    internal static string OnlyFile(DatasetSpec spec, string path, params string[] endings)
    {
        if (File.Exists(path))
        {
            return path;
        }

        var kinds = string.Join(" or ", endings);
        if (!Directory.Exists(path))
        {
            throw new DatasetException(StageReasons.DatasetMissing, $"dataset.uri is '{spec.Uri}' and there is no {path}; mount the data there, or name where it is.");
        }

        var files = Directory.GetFiles(path).Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal).ToList();
        return files switch
        {
            [var only] => only,
            [] => throw new DatasetException(StageReasons.DatasetMissing, $"dataset.uri is '{spec.Uri}' and {path} holds no file whose name ends in {kinds}."),
            _ => throw new DatasetException(StageReasons.DatasetInvalid, $"{path} holds {files.Count} files whose names end in {kinds}; name one of them in dataset.uri."),
        };
    }

    private static Dataset AsValues(Dataset data, LearningTask? task) => task == LearningTask.Regression
        ? data with { Classes = 0, Training = AsValues(data.Training), HeldOut = AsValues(data.HeldOut) }
        : data;

    private static ExampleSet AsValues(ExampleSet set) => ExampleSet.OfValues(set.Shape, set.Pixels, [.. set.Classes.Select(label => (float)label)], set.Count);
}
