using System.Globalization;
using System.Text.Json;

namespace GreenOps.Operator.Load;

/// <summary>Reads the answer of Prometheus' HTTP API to an instant query.</summary>
public static class PrometheusAnswer
{
    /// <summary>The sum of the values of a vector, or the value of a scalar.</summary>
    /// <param name="json">The body, of a success or of an error.</param>
    public static DemandReading Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var answer = document.RootElement;
            return answer.GetProperty("status").GetString() == "success"
                ? Sum(answer.GetProperty("data"))
                : DemandReading.Failed($"Prometheus refused the query: {answer.GetProperty("error").GetString()}.");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            return DemandReading.Failed("The answer is not one of Prometheus' HTTP API; check PrometheusUrl.");
        }
    }

    private static DemandReading Sum(JsonElement data)
    {
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() switch
        {
            "scalar" => Checked(Value(result)),
            "vector" when result.GetArrayLength() == 0 => DemandReading.Failed("The query has no result; check its metric's name and labels."),
            "vector" => Checked(result.EnumerateArray().Sum(series => Value(series.GetProperty("value")))),
            var type => DemandReading.Failed($"The query gives a {type}; write one that gives an instant vector or a scalar."),
        };
    }

    private static DemandReading Checked(double value) => double.IsFinite(value) && value >= 0
        ? DemandReading.Of(value)
        : DemandReading.Failed("The values of the query are negative or not finite; write one whose sum is 0 or more.");

    /// <summary>A sample is a pair of a time and a value, which is a string because JSON has no infinity.</summary>
    private static double Value(JsonElement sample) => sample[1].GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var text => double.Parse(text!, NumberStyles.Float, CultureInfo.InvariantCulture),
    };
}
