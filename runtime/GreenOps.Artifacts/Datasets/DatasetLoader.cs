using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>
/// Loads a data set by its spec. A folder that holds files named <c>train-*</c> and <c>t10k-*</c> brings its own split; a
/// folder with one pair of images and labels is split by <see cref="HoldoutSplit"/>.
/// </summary>
public static class DatasetLoader
{
    private const string Images = "images-idx3-ubyte";
    private const string Labels = "labels-idx1-ubyte";
    private const string Gzipped = ".gz";

    /// <summary>Loads the data set.</summary>
    /// <exception cref="DatasetException">It is missing, damaged, or another than its checksum says.</exception>
    public static Dataset Load(DatasetSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        try
        {
            return Read(spec);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new DatasetException(StageReasons.DatasetMissing, $"dataset.uri is '{spec.Uri}' and may not be read: {error.Message} Let the container's user read it.");
        }
    }

    private static Dataset Read(DatasetSpec spec)
    {
        var folder = ContainerPaths.Resolve(DatasetUri.Parse(spec.Uri).ContainerPath);
        if (!Directory.Exists(folder))
        {
            throw new DatasetException(StageReasons.DatasetMissing, $"dataset.uri is '{spec.Uri}' and there is no folder {folder}; mount the data there, or name where it is.");
        }

        var images = Directory.GetFiles(folder, $"*{Images}*").Order(StringComparer.Ordinal).ToList();
        if (images.Count == 0)
        {
            throw new DatasetException(StageReasons.DatasetMissing, $"dataset.uri is '{spec.Uri}' and {folder} holds no file whose name contains '{Images}'.");
        }

        return images is [var test, var train] && IsNamed(test, "t10k-") && IsNamed(train, "train-")
            ? OwnSplit(spec, train, test)
            : images is [var only]
                ? RandomSplit(spec, only)
                : throw new DatasetException(StageReasons.DatasetInvalid, $"{folder} holds {images.Count} image files; expected one, or a train-* and a t10k-* file.");
    }

    private static Dataset OwnSplit(DatasetSpec spec, string trainPath, string testPath)
    {
        VerifyChecksum(spec, trainPath);
        var (train, test) = (Pair(trainPath), Pair(testPath));
        return train.Shape.SequenceEqual(test.Shape)
            ? new Dataset(train.Shape, Classes(train, test), train, test)
            : throw new DatasetException(StageReasons.DatasetInvalid, $"{trainPath} has images of {string.Join('x', train.Shape)} and {testPath} of {string.Join('x', test.Shape)}; they must be alike.");
    }

    private static Dataset RandomSplit(DatasetSpec spec, string path)
    {
        VerifyChecksum(spec, path);
        var all = Pair(path);
        if (all.Count < 2)
        {
            throw new DatasetException(StageReasons.DatasetInvalid, $"{path} holds {all.Count} image; at least two are needed to train and to judge.");
        }

        var split = HoldoutSplit.Create(all.Count, spec.HoldoutPercent, spec.HoldoutSeed);
        return new Dataset(all.Shape, Classes(all), all.Select(split.Training), all.Select(split.HeldOut));
    }

    private static ExampleSet Pair(string imagesPath)
    {
        var labelsPath = LabelsOf(imagesPath);
        var (shape, pixels) = IdxReader.Read(imagesPath, dimensions: 3);
        var (count, labels) = IdxReader.Read(labelsPath, dimensions: 1);
        return shape[0] == count[0]
            ? ExampleSet.OfClasses(shape[1..], pixels, [.. labels.Select(label => (int)label)])
            : throw new DatasetException(StageReasons.DatasetInvalid, $"{imagesPath} holds {shape[0]} images and {labelsPath} {count[0]} labels; they must be as many.");
    }

    /// <summary>The labels that go with some images, whether or not both are gzipped.</summary>
    private static string LabelsOf(string imagesPath)
    {
        var name = Path.GetFileName(imagesPath).Replace(Images, Labels, StringComparison.Ordinal);
        var path = Path.Join(Path.GetDirectoryName(imagesPath), name);
        var other = name.EndsWith(Gzipped, StringComparison.Ordinal) ? path[..^Gzipped.Length] : path + Gzipped;
        return File.Exists(path) ? path
            : File.Exists(other) ? other
            : throw new DatasetException(StageReasons.DatasetMissing, $"{imagesPath} has no labels: there is no {path}.");
    }

    private static void VerifyChecksum(DatasetSpec spec, string path)
    {
        if (spec.Sha256 is { } expected && Sha256Text.OfFile(path) is var actual && actual != expected)
        {
            throw new DatasetException(StageReasons.ChecksumMismatch, $"{path} has the SHA-256 {actual}; dataset.sha256 is {expected}.");
        }
    }

    private static int Classes(params ReadOnlySpan<ExampleSet> sets)
    {
        var highest = 0;
        foreach (var set in sets)
        {
            highest = Math.Max(highest, set.Classes.Max());
        }

        return highest + 1;
    }

    private static bool IsNamed(string path, string prefix) => Path.GetFileName(path).StartsWith(prefix, StringComparison.Ordinal);
}
