using System.Globalization;

namespace GreenOps.Operator.Simulation;

/// <summary>
/// Reads a CSV file of a time and a value a row. Recorded files have flaws: what can be mended without changing what the
/// simulation says is mended and remarked on, and all else is refused by line.
/// </summary>
public static class RecordedSeriesFile
{
    // A quarter of a day: what a straight line through it hides is small beside a day's swing.
    private const int LongestGap = 6;
    private const double LargestMissingShare = 0.05;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file. Empty lines and lines that begin with # are passed over.</param>
    /// <param name="timeColumn">Name of the column of slot starts. A time without an offset is taken for UTC.</param>
    /// <param name="valueColumn">Name of the column of values.</param>
    /// <returns>
    /// The series in order of time. Slots that are missing lie on a line between their neighbours, and a slot with several rows
    /// has their mean.
    /// </returns>
    /// <exception cref="SimulationInputException">The file cannot be read, or cannot be mended.</exception>
    public static RecordedSeries Read(string path, string timeColumn, string valueColumn)
    {
        ArgumentNullException.ThrowIfNull(path);
        List<string> remarks = [];
        var rows = Rows(path, timeColumn, valueColumn, remarks);
        if (rows.Count < 2)
        {
            throw new SimulationInputException($"{path} has {Several(rows.Count, "row")} with a value; at least two are needed.");
        }

        InOrder(path, rows, remarks);
        var step = MostFrequentDistance(rows);
        rows = OnWholeSlots(path, OnePerTime(path, rows, remarks), step, remarks);
        return new RecordedSeries(path, rows[0].At, step, Filled(path, rows, step, remarks), remarks);
    }

    private static List<Row> Rows(string path, string timeColumn, string valueColumn, List<string> remarks)
    {
        List<Row> rows = [];
        (int Time, int Value)? columns = null;
        var empty = 0;
        foreach (var (number, line) in Lines(path))
        {
            var cells = line.Split(',').Select(cell => cell.Trim().Trim('"')).ToArray();
            if (columns is not { } column)
            {
                columns = Columns(path, number, cells, line, timeColumn, valueColumn);
            }
            else if (ParseRow(path, number, line, cells, column, valueColumn) is { } row)
            {
                rows.Add(row);
            }
            else
            {
                empty++;
            }
        }

        if (empty > 0)
        {
            remarks.Add($"{path} has {Several(empty, "row")} without a {valueColumn}; they count as missing.");
        }

        return rows;
    }

    private static IEnumerable<(int Number, string Line)> Lines(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SimulationInputException($"{path} cannot be read: {error.Message}", error);
        }

        return lines
            .Select((line, index) => (Number: index + 1, Line: line.Trim()))
            .Where(line => line.Line.Length > 0 && line.Line[0] != '#');
    }

    private static (int Time, int Value) Columns(string path, int number, string[] header, string line, string timeColumn, string valueColumn)
    {
        int Find(string name) => Array.FindIndex(header, cell => cell.Equals(name, StringComparison.OrdinalIgnoreCase));
        var (time, value) = (Find(timeColumn), Find(valueColumn));
        return time >= 0 && value >= 0
            ? (time, value)
            : throw new SimulationInputException($"{path}, line {number}: '{line}' does not name the columns; the first line must be '{timeColumn},{valueColumn}', with commas.");
    }

    private static Row? ParseRow(string path, int number, string line, string[] cells, (int Time, int Value) column, string valueColumn)
    {
        if (cells.Length <= Math.Max(column.Time, column.Value)
            || !DateTimeOffset.TryParse(cells[column.Time], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
        {
            throw new SimulationInputException($"{path}, line {number}: '{line}' is not a time and a number; write them as in 2022-01-01T00:00:00Z,312.5.");
        }

        var text = cells[column.Value];
        if (text.Length == 0)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= 0
            ? new Row(number, at, value)
            : throw new SimulationInputException($"{path}, line {number}: the {valueColumn} is '{text}'; write a number of at least 0, or leave it empty where the value is missing.");
    }

    private static void InOrder(string path, List<Row> rows, List<string> remarks)
    {
        var first = rows.Zip(rows.Skip(1)).FirstOrDefault(pair => pair.Second.At < pair.First.At);
        if (first.Second is { } early)
        {
            remarks.Add($"{path}, line {early.Line}: {early.At:u} comes after {first.First.At:u}; the rows were put in order of time.");
            rows.Sort((left, right) => (left.At, left.Line).CompareTo((right.At, right.Line)));
        }
    }

    private static TimeSpan MostFrequentDistance(List<Row> rows) => rows
        .Zip(rows.Skip(1), (left, right) => right.At - left.At)
        .Where(distance => distance > TimeSpan.Zero)
        .GroupBy(distance => distance)
        .OrderByDescending(group => group.Count())
        .ThenBy(group => group.Key)
        .Select(group => group.Key)
        .FirstOrDefault(TimeSpan.FromHours(1));

    private static List<Row> OnePerTime(string path, List<Row> rows, List<string> remarks)
    {
        var times = rows.GroupBy(row => row.At).ToList();
        var doubled = times.Where(time => time.Count() > 1).ToList();
        if (doubled.Count > 0)
        {
            remarks.Add($"{path}, line {doubled[0].ElementAt(1).Line}: {doubled[0].Key:u} is there already; {Several(doubled.Count, "time")} with more than one row got the mean of theirs. If the file is in local time, convert it to UTC.");
        }

        return [.. times.Select(time => time.First() with { Value = time.Average(row => row.Value) })];
    }

    private static List<Row> OnWholeSlots(string path, List<Row> rows, TimeSpan step, List<string> remarks)
    {
        var offset = TimeSpan.FromTicks(rows[0].At.UtcTicks % step.Ticks);
        if (rows.Find(row => row.At.UtcTicks % step.Ticks != offset.Ticks) is { } stray)
        {
            throw new SimulationInputException($"{path}, line {stray.Line}: {stray.At:u} is not a multiple of {step} after {rows[0].At:u}; give every row the start of its slot.");
        }

        if (offset == TimeSpan.Zero)
        {
            return rows;
        }

        remarks.Add($"{path} has its rows {offset} after the start of a slot of {step}; they were taken for the slots they lie in.");
        return [.. rows.Select(row => row with { At = row.At - offset })];
    }

    private static List<double> Filled(string path, List<Row> rows, TimeSpan step, List<string> remarks)
    {
        List<double> values = [rows[0].Value];
        Row? firstAfterGap = null;
        for (var i = 1; i < rows.Count; i++)
        {
            var (before, after) = (rows[i - 1], rows[i]);
            var slots = (after.At - before.At).Ticks / step.Ticks;
            if (slots > LongestGap + 1)
            {
                throw new SimulationInputException($"{path}, line {after.Line}: {slots - 1} slots of {step} are missing before {after.At:u}; at most {LongestGap} in a row are filled in. Add them, or cut the file there.");
            }

            firstAfterGap ??= slots > 1 ? after : null;
            for (var slot = 1; slot <= slots; slot++)
            {
                values.Add(before.Value + ((after.Value - before.Value) * slot / slots));
            }
        }

        var missing = values.Count - rows.Count;
        if (missing > LargestMissingShare * values.Count)
        {
            throw new SimulationInputException($"{path}: {missing} of {values.Count} slots of {step} are missing; at most {LargestMissingShare:P0} are filled in.");
        }

        if (firstAfterGap is not null)
        {
            remarks.Add($"{path}, line {firstAfterGap.Line}: a slot before {firstAfterGap.At:u} is missing; {Several(missing, "missing slot")} got the line between their neighbours. If the file is in local time, convert it to UTC.");
        }

        return values;
    }

    private static string Several(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private sealed record Row(int Line, DateTimeOffset At, double Value);
}
