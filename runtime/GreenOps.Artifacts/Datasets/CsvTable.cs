using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using CsvHelper.Configuration;
using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>
/// A CSV file (RFC 4180) with a header, plain or gzipped: one example a row, one column of it the target, all others
/// numbers. Rows whose last cells are empty are sequences that end there. A folder with <c>train.csv</c> and <c>test.csv</c>
/// brings its own split.
/// </summary>
internal sealed class CsvTable
{
    // What a table may hold before it is too large for one array.
    private const int MostNumbers = 1 << 29;
    private const int LongestCell = 1 << 16;

    // Whole numbers of more kinds than this are rather values than classes.
    private const int MostGuessedClasses = 100;

    private readonly List<float> numbers = [];
    private readonly List<int> lengths = [];
    private readonly List<string> targets = [];

    private string path = "";
    private string[] columns = [];

    /// <summary>Loads the table and splits it.</summary>
    /// <exception cref="DatasetException">It is missing, no such table, or another than the checksum says.</exception>
    public static Dataset Load(DatasetSpec spec, string path, LearningTask? task)
    {
        var own = DatasetLoader.OwnSplit(path, ".csv", ".csv.gz");
        var file = own?.Train ?? DatasetLoader.OnlyFile(spec, path, ".csv", ".csv.gz");
        DatasetLoader.VerifyChecksum(spec, file);
        var table = new CsvTable();
        int? training = null;
        try
        {
            table.Read(file, spec.TargetColumn);
            if (own is var (_, test))
            {
                training = table.targets.Count;
                table.Read(test, spec.TargetColumn);
            }
        }
        catch (Exception error) when (error is CsvHelperException or InvalidDataException)
        {
            throw table.Invalid($"it cannot be read as comma-separated values or as gzip ({error.Message.Split('\n')[0]})");
        }

        return table.ToDataset(spec, task, training);
    }

    /// <summary>Reads a file; of two, the second must have the columns of the first.</summary>
    private void Read(string from, string? targetColumn)
    {
        path = from;
        using var file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var text = new StreamReader(content);
        using var parser = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture) { MaxFieldSize = LongestCell });
        if (!parser.Read())
        {
            throw Invalid("it is empty; the first line must name the columns");
        }

        var header = parser.Record!.Select(name => name.Trim()).ToArray();
        var target = targetColumn is null ? header.Length - 1 : Array.IndexOf(header, targetColumn);
        if (target < 0)
        {
            throw Invalid($"dataset.targetColumn is '{targetColumn}', and the columns are {string.Join(", ", header.Take(20))}");
        }

        if (header.Length < 2)
        {
            throw Invalid("it has one column; at least one of features and one target are needed");
        }

        if (columns.Length > 0 && !columns.SequenceEqual(header))
        {
            throw Invalid($"its columns are {string.Join(", ", header.Take(20))}, and those of the examples to learn from {string.Join(", ", columns.Take(20))}; they must be the same");
        }

        columns = header;
        var before = targets.Count;
        while (parser.Read())
        {
            Add(parser.Record!, header, target, parser.Row);
        }

        if (targets.Count == before)
        {
            throw Invalid("it holds no examples");
        }
    }

    private void Add(string[] row, string[] header, int target, int line)
    {
        if (row.Length != header.Length)
        {
            throw Invalid($"line {line} has {row.Length} cells and the header {header.Length}");
        }

        if (string.IsNullOrWhiteSpace(row[target]))
        {
            throw Invalid($"line {line} has no target in column '{header[target]}'");
        }

        var end = row.Length;
        while (end > 0 && (end - 1 == target || string.IsNullOrWhiteSpace(row[end - 1])))
        {
            end--;
        }

        var before = numbers.Count;
        for (var column = 0; column < end; column++)
        {
            if (column != target)
            {
                numbers.Add(Number(row[column], header[column], line));
            }
        }

        if (numbers.Count == before || numbers.Count > MostNumbers)
        {
            throw Invalid(numbers.Count == before ? $"line {line} has no features" : $"it holds more than {MostNumbers} numbers");
        }

        lengths.Add(numbers.Count - before);
        targets.Add(row[target].Trim());
    }

    private float Number(string cell, string column, int line) =>
        float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)
            ? number
            : throw Invalid(string.IsNullOrWhiteSpace(cell)
                ? $"line {line} has nothing in column '{column}' and something behind it; only the last cells of a row may be empty, where a sequence ends"
                : $"line {line} has '{cell[..Math.Min(cell.Length, 40)]}' in column '{column}', which is no finite number");

    private Dataset ToDataset(DatasetSpec spec, LearningTask? task, int? training)
    {
        var longest = lengths.Max();
        var varying = lengths.Exists(length => length < longest) ? lengths.ToArray() : null;
        var values = targets.Select(target => float.TryParse(target, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value) ? value : (float?)null).ToArray();
        if ((task ?? Guess(values)) == LearningTask.Regression)
        {
            var text = Array.FindIndex(values, value => value is null);
            return text < 0
                ? DatasetLoader.Split(spec, path, ExampleSet.OfValues([longest], numbers.ToArray(), [.. values.Select(value => value!.Value)], targets.Count, varying), classes: 0, training)
                : throw Invalid($"its target '{targets[text]}' of example {text + 1} is no number, and a regression learns numbers; set training.task to Classification, or name another dataset.targetColumn");
        }

        var names = Names(values);
        var classOf = names.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
        return DatasetLoader.Split(spec, path, ExampleSet.OfClasses([longest], numbers.ToArray(), [.. targets.Select(target => classOf[target])], varying), names.Count, training) with { ClassNames = names };
    }

    /// <summary>The classes in order: of numbers by value, of texts by their letters.</summary>
    private List<string> Names(float?[] values) => values.All(value => value is not null)
        ? [.. targets.Zip(values).Distinct().OrderBy(target => target.Second).ThenBy(target => target.First, StringComparer.Ordinal).Select(target => target.First)]
        : [.. targets.Distinct().Order(StringComparer.Ordinal)];

    private static LearningTask Guess(float?[] values) =>
        values.Any(value => value is null) || (values.All(value => float.IsInteger(value!.Value)) && values.Distinct().Count() <= MostGuessedClasses)
            ? LearningTask.Classification
            : LearningTask.Regression;

    private DatasetException Invalid(string fault) => new(StageReasons.DatasetInvalid, $"{path} cannot be used: {fault}.");
}
