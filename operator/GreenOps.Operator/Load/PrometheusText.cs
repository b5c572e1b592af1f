using System.Globalization;
using System.Text;

namespace GreenOps.Operator.Load;

/// <summary>One sample of the Prometheus text exposition format.</summary>
/// <param name="Name">Name of the metric.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
public sealed record PrometheusSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>The label's value; empty when it is not there, which is the same to Prometheus.</summary>
    public string Label(string name) => Labels.GetValueOrDefault(name, "");
}

/// <summary>
/// Reads the Prometheus text exposition format, version 0.0.4. Lines that are not samples are passed over: a reader of
/// a few known metrics must not fail on what it does not know.
/// </summary>
public static class PrometheusText
{
    /// <summary>The samples of a text.</summary>
    public static IEnumerable<PrometheusSample> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > 0 && line[0] != '#' && ParseLine(line.Trim()) is { } sample)
            {
                yield return sample;
            }
        }
    }

    private static PrometheusSample? ParseLine(string line)
    {
        var nameEnd = line.AsSpan().IndexOfAny('{', ' ');
        if (nameEnd <= 0)
        {
            return null;
        }

        Dictionary<string, string> labels = [];
        var position = nameEnd;
        if (line[position] == '{' && (position = ParseLabels(line, position + 1, labels)) < 0)
        {
            return null;
        }

        var value = line[position..].Trim().Split(' ')[0];
        return ParseValue(value) is { } number ? new PrometheusSample(line[..nameEnd], labels, number) : null;
    }

    /// <summary>Reads labels up to the closing brace; the position behind it, or -1 when the line is malformed.</summary>
    private static int ParseLabels(string line, int position, Dictionary<string, string> labels)
    {
        while (position < line.Length)
        {
            if (line[position] is ',' or ' ')
            {
                position++;
                continue;
            }

            if (line[position] == '}')
            {
                return position + 1;
            }

            var equals = line.IndexOf('=', position);
            if (equals < 0 || equals + 1 >= line.Length || line[equals + 1] != '"')
            {
                return -1;
            }

            StringBuilder value = new();
            var end = equals + 2;
            for (; end < line.Length && line[end] != '"'; end++)
            {
                if (line[end] == '\\' && end + 1 < line.Length)
                {
                    end++;
                    value.Append(line[end] == 'n' ? '\n' : line[end]);
                }
                else
                {
                    value.Append(line[end]);
                }
            }

            labels[line[position..equals].Trim()] = value.ToString();
            position = end + 1;
        }

        return -1;
    }

    private static double? ParseValue(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
    };
}
