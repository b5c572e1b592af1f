using System.IO.Compression;
using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>
/// A data set in NumPy's arrays: <c>x</c>, <c>y</c> and, where sequences differ in length, <c>lengths</c>; in one .npz file,
/// or in files of their own. A data set that brings its own split has <c>x_train</c>, <c>x_test</c> and so on in either, or
/// <c>train.npz</c> and <c>test.npz</c>. Bytes in x are brightness 0 to 255, other numbers are taken as they are.
/// </summary>
internal static class NpyArrays
{
    private const string Examples = "x";
    private const string LearnedExamples = $"{Examples}_train";
    private const int MostClasses = 1 << 20;
    private const int MostGuessedClasses = 100;

    /// <summary>Loads the arrays and splits them.</summary>
    /// <exception cref="DatasetException">They are missing, no such arrays, or others than the checksum says.</exception>
    public static Dataset Load(DatasetSpec spec, string path, LearningTask? task)
    {
        if (File.Exists(Path.Join(path, "x.npy")))
        {
            DatasetLoader.VerifyChecksum(spec, Path.Join(path, "x.npy"));
            return ToDataset(spec, path, name => FromFile(Path.Join(path, $"{name}.npy")), task);
        }

        if (File.Exists(Path.Join(path, $"{LearnedExamples}.npy")))
        {
            DatasetLoader.VerifyChecksum(spec, Path.Join(path, $"{LearnedExamples}.npy"));
            return ToDataset(spec, path, name => FromFile(Path.Join(path, $"{name}_train.npy")), name => FromFile(Path.Join(path, $"{name}_test.npy")), task);
        }

        if (DatasetLoader.OwnSplit(path, ".npz") is var (train, test))
        {
            DatasetLoader.VerifyChecksum(spec, train);
            using var learned = Open(train);
            using var heldOut = Open(test);
            return ToDataset(spec, path, name => FromArchive(learned, train, name), name => FromArchive(heldOut, test, name), task);
        }

        var file = DatasetLoader.OnlyFile(spec, path, ".npz");
        DatasetLoader.VerifyChecksum(spec, file);
        using var archive = Open(file);
        return archive.GetEntry($"{LearnedExamples}.npy") is null
            ? ToDataset(spec, file, name => FromArchive(archive, file, name), task)
            : ToDataset(spec, file, name => FromArchive(archive, file, $"{name}_train"), name => FromArchive(archive, file, $"{name}_test"), task);
    }

    private static ZipArchive Open(string file)
    {
        try
        {
            return ZipFile.OpenRead(file);
        }
        catch (InvalidDataException error)
        {
            throw Invalid(file, $"it is no .npz file ({error.Message})");
        }
    }

    private static NpyArray? FromFile(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var content = File.OpenRead(path);
        return NpyReader.Read(content, path);
    }

    private static NpyArray? FromArchive(ZipArchive archive, string file, string name)
    {
        if (archive.GetEntry($"{name}.npy") is not { } entry)
        {
            return null;
        }

        try
        {
            using var content = entry.Open();
            return NpyReader.Read(content, $"{name}.npy in {file}");
        }
        catch (InvalidDataException error)
        {
            throw Invalid(file, $"it is no .npz file ({error.Message})");
        }
    }

    /// <summary>A data set that brings its own split.</summary>
    private static Dataset ToDataset(DatasetSpec spec, string path, Func<string, NpyArray?> training, Func<string, NpyArray?> heldOut, LearningTask? task)
    {
        var learned = training(Examples);
        return ToDataset(
            spec, path, name => Joined(path, name, name == Examples ? learned : training(name), heldOut(name)), task, learned?.Shape.FirstOrDefault());
    }

    private static NpyArray? Joined(string path, string name, NpyArray? training, NpyArray? heldOut)
    {
        static string Words(NpyArray? array) => array is null ? "not there" : $"{array.Type} ({string.Join(", ", array.Shape)})";
        return training is null && heldOut is null ? null : (training is not null && heldOut is not null ? training.Before(heldOut) : null)
            ?? throw Invalid(path, $"{name} is {Words(training)} to learn from and {Words(heldOut)} to judge by; both must be there, of one type, and differ in their first length alone");
    }

    private static Dataset ToDataset(DatasetSpec spec, string path, Func<string, NpyArray?> array, LearningTask? task, int? training = null)
    {
        var x = array(Examples) ?? throw Invalid(path, "it holds no array named x, the examples");
        var y = array("y") ?? throw Invalid(path, "it holds no array named y, the targets");
        if (x.Shape.Length is < 2 or > 4)
        {
            throw Invalid(path, $"x has the shape ({string.Join(", ", x.Shape)}); it must be (examples, features), (examples, positions or rows, features or columns) or (examples, channels, rows, columns)");
        }

        var count = x.Shape[0];
        if (y.Shape.Length is < 1 or > 2 || y.Shape[0] != count)
        {
            throw Invalid(path, $"y has the shape ({string.Join(", ", y.Shape)}); for {count} examples in x it must be ({count}) or ({count}, values)");
        }

        var shape = x.Shape[1..];
        var lengths = array("lengths") is { } given ? Lengths(given, count, shape[0], path) : null;
        var features = Features(x, shape, lengths, path);
        var classes = y.Shape is [_] or [_, 1] ? y.WholeNumbers(MostClasses) : null;
        var longest = lengths is null ? shape : [lengths.Max(), .. shape[1..]];
        if ((task ?? (classes?.Distinct().Count() <= MostGuessedClasses ? LearningTask.Classification : LearningTask.Regression)) == LearningTask.Regression)
        {
            var values = y.Floats();
            return Array.TrueForAll(values, float.IsFinite)
                ? DatasetLoader.Split(spec, path, ExampleSet.OfValues(longest, features, values, count, lengths), classes: 0, training)
                : throw Invalid(path, "y holds a value that is not finite");
        }

        return classes is null
            ? throw Invalid(path, $"y must hold one class an example, a whole number from 0 to {MostClasses}; for values set training.task to Regression")
            : DatasetLoader.Split(spec, path, ExampleSet.OfClasses(longest, features, classes, lengths), classes.Max() + 1, training);
    }

    private static int[] Lengths(NpyArray lengths, int count, int longest, string path) =>
        lengths.Shape is [var given] && given == count && lengths.WholeNumbers(longest) is { } numbers && Array.TrueForAll(numbers, number => number > 0)
            ? numbers
            : throw Invalid(path, $"lengths must hold a whole number from 1 to {longest} for each of the {count} examples");

    /// <summary>The features, without what lies behind the length of an example.</summary>
    private static FeatureData Features(NpyArray x, int[] shape, int[]? lengths, string path)
    {
        FeatureData all = x.IsBrightness ? x.Data : x.Floats();
        var size = shape.Aggregate(1, (product, length) => product * length);
        var position = size / shape[0];
        var features = lengths is null ? all : all.Gather([.. lengths.Select((length, i) => (i * size, length * position))]);
        return Array.TrueForAll(features.Numbers, float.IsFinite) ? features : throw Invalid(path, "x holds a number that is not finite");
    }

    private static DatasetException Invalid(string path, string fault) => new(StageReasons.DatasetInvalid, $"{path} cannot be used: {fault}.");
}
