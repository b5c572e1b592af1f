using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Server.Protocol;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Protocol;

public sealed class InferRequestReaderTests
{
    private static readonly byte[] Valid = Encoding.UTF8.GetBytes("""
        {"id":"a","parameters":{"variant":"full","binary_data_output":false},
         "inputs":[{"name":"left","shape":[2,2],"datatype":"FP32","data":[[1,-2.5e1],[0.1,"NaN"]]},
                   {"data":[1,2],"name":"right","shape":[2],"datatype":"INT64","parameters":{"x":[1]}}],
         "outputs":[{"name":"sum","parameters":{"binary_data":true}}]}
        """);

    [Property]
    public bool Data_nested_in_any_way_is_read_like_flat_data(NonEmptyArray<NormalFloat> numbers, int seed)
    {
        var values = numbers.Get.Select(number => (float)number.Get).Where(float.IsFinite).ToArray();
        if (values.Length == 0)
        {
            return true;
        }

        var nested = Read(Requests.Copy("FP32", values.Length, Nest(values, new System.Random(seed), 0)));

        return nested.SequenceEqual(values);
    }

    [Property]
    public bool Data_before_shape_and_datatype_is_read_like_data_behind_them(NonEmptyArray<int> numbers)
    {
        var data = $"[{string.Join(',', numbers.Get)}]";
        using var request = InferRequestReader.Read(
            Encoding.UTF8.GetBytes($$"""{"inputs":[{"data":{{data}},"shape":[{{numbers.Get.Length}}],"datatype":"INT32","name":"x"}]}"""), []);

        return MemoryMarshal.Cast<byte, int>(request.Inputs[0].Data.Span).SequenceEqual(numbers.Get);
    }

    [Property(MaxTest = 20_000)]
    public bool A_body_with_damaged_bytes_is_read_or_refused_and_nothing_else(PositiveInt places, int seed)
    {
        var random = new System.Random(seed);
        var body = Valid.ToArray();
        for (var count = places.Get % 5; count >= 0; count--)
        {
            // Half of the damage is structure, which goes deeper than noise.
            body[random.Next(body.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : "{}[]\",:0-.eE\\nut"u8[random.Next(16)];
        }

        return ReadsOrRefuses(body[..random.Next(random.Next(2) == 0 ? body.Length : 1, body.Length + 1)]);
    }

    [Property(MaxTest = 5_000)]
    public bool A_body_of_shuffled_tokens_is_read_or_refused_and_nothing_else(int seed)
    {
        string[] tokens = ["{", "}", "[", "]", ":", ",", "\"inputs\"", "\"name\"", "\"shape\"", "\"data\"", "\"datatype\"", "\"FP32\"", "\"parameters\"", "\"binary_data_size\"", "1", "-1", "1e400", "null", "true", "\"\\ud800\"", "99999999999999999999"];
        var random = new System.Random(seed);
        return ReadsOrRefuses(Encoding.UTF8.GetBytes(string.Concat(random.GetItems(tokens, random.Next(1, 40)))));
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        var error = Assert.Throws<ProtocolException>(() => Read(Requests.Copy("FP32", 1, new string('[', 100_000))));

        Assert.Equal(400, error.Status);
    }

    [Fact]
    public void A_shape_that_promises_more_than_the_body_holds_gets_no_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<ProtocolException>(() => Read(Requests.Copy("FP64", 2_000_000_000, "[1]")));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    private static float[] Read(string json)
    {
        using var request = InferRequestReader.Read(Encoding.UTF8.GetBytes(json), []);
        return MemoryMarshal.Cast<byte, float>(request.Inputs[0].Data.Span).ToArray();
    }

    private static bool ReadsOrRefuses(byte[] body)
    {
        try
        {
            InferRequestReader.Read(body, []).Dispose();
            return true;
        }
        catch (ProtocolException error)
        {
            return error.Status == 400 && error.Message.EndsWith('.');
        }
    }

    private static string Nest(ReadOnlySpan<float> values, System.Random random, int depth)
    {
        if (values.Length == 1 && random.Next(2) == 0 && depth > 0)
        {
            return values[0].ToString("R", CultureInfo.InvariantCulture);
        }

        if (values.Length == 1 || depth > 20)
        {
            return $"[{string.Join(',', values.ToArray().Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]";
        }

        var middle = random.Next(1, values.Length);
        return $"[{Nest(values[..middle], random, depth + 1)},{Nest(values[middle..], random, depth + 1)}]";
    }
}
