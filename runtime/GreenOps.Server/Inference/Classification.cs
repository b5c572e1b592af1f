using System.Text;
using System.Text.Json;
using GreenOps.Server.Protocol;
using GreenOps.Server.Tensors;

namespace GreenOps.Server.Inference;

/// <summary>
/// The classification extension of the protocol (Triton's): instead of an output's values, the places of the highest of
/// each row, as strings <c>value:index</c> or, where the name of the class is known, <c>value:index:name</c>.
/// </summary>
internal static class Classification
{
    /// <summary>The highest values of an output.</summary>
    /// <param name="output">The output; its first dimension counts rows where it has more than one.</param>
    /// <param name="count">How many values of each row.</param>
    /// <param name="names">Names of the classes; empty when nobody knows them.</param>
    /// <returns>The shape of the strings, and the strings with their lengths.</returns>
    /// <exception cref="ProtocolException">400: the output's elements are no numbers.</exception>
    public static (long[] Shape, byte[] Data) Of(in ComputedTensor output, int count, IReadOnlyList<string> names)
    {
        var datatype = output.Signature.Datatype;
        var data = output.Data;
        var numbers = datatype.Numbers(data)
            ?? throw ProtocolException.BadRequest($"Output '{output.Signature.Name}' is {datatype.Name}; classification is for numbers.");
        var isBatch = output.Shape.Length > 1;
        var rows = isBatch ? (int)output.Shape[0] : 1;
        var classes = rows == 0 ? 0 : numbers.Length / rows;
        var taken = Math.Min(count, classes);
        using var strings = new PooledBuffer();
        for (var row = 0; row < rows; row++)
        {
            var first = row * classes;
            foreach (var index in Enumerable.Range(0, classes).OrderByDescending(index => numbers[first + index]).Take(taken))
            {
                var value = Text(datatype, data.Slice((first + index) * datatype.ElementBytes, datatype.ElementBytes));
                var name = names.Count == classes ? $":{names[index]}" : "";
                BytesDatatype.Append(strings, Encoding.UTF8.GetBytes($"{value}:{index}{name}"));
            }
        }

        return (isBatch ? [rows, taken] : [taken], strings.Written.ToArray());
    }

    /// <summary>One element as JSON writes it, without the quotes around what is no number.</summary>
    private static string Text(TensorDatatype datatype, ReadOnlySpan<byte> element)
    {
        using var buffer = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            datatype.WriteArray(writer, element);
        }

        return Encoding.UTF8.GetString(buffer.Written.Span).Trim('[', ']', '"');
    }
}
