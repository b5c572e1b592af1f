using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>
/// A folder of images in IDX files. One that holds files named <c>train-*</c> and <c>t10k-*</c> brings its own split; one
/// with one pair of images and labels is split by <see cref="HoldoutSplit"/>.
/// </summary>
internal static class IdxFolder
{
    private const string Images = "images-idx3-ubyte";
    private const string Labels = "labels-idx1-ubyte";
    private const string Gzipped = ".gz";

    /// <summary>Loads the images and their labels.</summary>
    /// <exception cref="DatasetException">They are missing, damaged, or others than the checksum says.</exception>
    public static Dataset Load(DatasetSpec spec, string folder)
    {
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
        DatasetLoader.VerifyChecksum(spec, trainPath);
        var (train, test) = (Pair(trainPath), Pair(testPath));
        return train.Shape.SequenceEqual(test.Shape)
            ? new Dataset(train.Shape, Classes(train, test), train, test)
            : throw new DatasetException(StageReasons.DatasetInvalid, $"{trainPath} has images of {string.Join('x', train.Shape)} and {testPath} of {string.Join('x', test.Shape)}; they must be alike.");
    }

    private static Dataset RandomSplit(DatasetSpec spec, string path)
    {
        DatasetLoader.VerifyChecksum(spec, path);
        var all = Pair(path);
        return DatasetLoader.Split(spec, path, all, Classes(all));
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
