using System.Globalization;

namespace GreenOps.Operator.Carbon;

/// <summary>A series of carbon intensities in slots of equal length.</summary>
/// <param name="Start">Start of the first slot.</param>
/// <param name="Slot">Length of a slot.</param>
/// <param name="Values">Grams of CO2-equivalent per kilowatt-hour, one per slot; at least two.</param>
public sealed record CarbonTrace(DateTimeOffset Start, TimeSpan Slot, IReadOnlyList<double> Values)
{
    private const string Header = "timestamp_utc,gco2_per_kwh";

    /// <summary>
    /// Reads CSV with the columns <c>timestamp_utc,gco2_per_kwh</c>. Empty lines and lines that begin with # are passed
    /// over.
    /// </summary>
    /// <exception cref="CarbonDataException">A line is not a time and a number, or the slots are not of equal length.</exception>
    public static CarbonTrace Parse(string csv)
    {
        ArgumentNullException.ThrowIfNull(csv);
        List<(DateTimeOffset At, double Value)> rows = [];
        var number = 0;
        var sawHeader = false;
        foreach (var line in csv.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (!sawHeader)
            {
                sawHeader = line.Equals(Header, StringComparison.OrdinalIgnoreCase)
                    ? true
                    : throw new CarbonDataException(CarbonFaults.TraceInvalid, $"Line {number} of the trace is '{line}'; the first line must be '{Header}'.");
                continue;
            }

            rows.Add(Row(line, number));
        }

        if (rows.Count < 2)
        {
            throw new CarbonDataException(CarbonFaults.TraceInvalid, $"The trace has {rows.Count} rows; at least two are needed to know the length of a slot.");
        }

        var slot = rows[1].At - rows[0].At;
        for (var i = 1; i < rows.Count; i++)
        {
            if (slot <= TimeSpan.Zero || rows[i].At - rows[i - 1].At != slot)
            {
                throw new CarbonDataException(CarbonFaults.TraceInvalid, $"Row {i + 1} of the trace is at {rows[i].At:u}, {rows[i].At - rows[i - 1].At} after the row before it; every row must be {slot} after the last.");
            }
        }

        return new CarbonTrace(rows[0].At, slot, [.. rows.Select(row => row.Value)]);
    }

    private static (DateTimeOffset At, double Value) Row(string line, int number)
    {
        var cells = line.Split(',');
        if (cells.Length < 2 || !DateTimeOffset.TryParse(cells[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
        {
            throw new CarbonDataException(CarbonFaults.TraceInvalid, $"Line {number} of the trace is '{line}'; write a UTC time and a number, as in 2022-01-01T00:00:00Z,312.5.");
        }

        return double.TryParse(cells[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= 0
            ? (at, value)
            : throw new CarbonDataException(CarbonFaults.TraceInvalid, $"Line {number} of the trace has the intensity '{cells[1]}'; it must be a number of at least 0 in g/kWh.");
    }
}
