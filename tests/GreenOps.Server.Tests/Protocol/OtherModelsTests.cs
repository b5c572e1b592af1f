using System.Net;
using GreenOps.Onnx;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Protocol;

public sealed class OtherModelsTests
{
    private const string TwoInputs = """
        {"name":"left","shape":[2],"datatype":"INT64","data":[5,7]},{"name":"right","shape":[2],"datatype":"INT64","data":[1,-2]}
        """;

    [Fact]
    public async Task All_outputs_come_in_the_models_order_when_none_is_asked_for()
    {
        await using var server = await RunningServer.StartReadyAsync(TestModels.SumAndDifference());

        var answer = await server.InferAsync($$"""{"inputs":[{{TwoInputs}}]}""");

        Assert.Equal("""[{"name":"sum","datatype":"INT64","shape":[2],"data":[6,5]},{"name":"difference","datatype":"INT64","shape":[2],"data":[4,9]}]""", answer.Json["outputs"]!.ToJsonString());
    }

    [Fact]
    public async Task Only_the_outputs_that_are_asked_for_come_in_that_order()
    {
        await using var server = await RunningServer.StartReadyAsync(TestModels.SumAndDifference());

        var one = await server.InferAsync($$"""{"inputs":[{{TwoInputs}}],"outputs":[{"name":"difference"}]}""");
        var both = await server.InferAsync($$"""{"inputs":[{{TwoInputs}}],"outputs":[{"name":"difference"},{"name":"sum"}]}""");

        Assert.Equal(["difference"], one.Json["outputs"]!.AsArray().Select(output => (string?)output!["name"]));
        Assert.Equal(["difference", "sum"], both.Json["outputs"]!.AsArray().Select(output => (string?)output!["name"]));
    }

    [Theory]
    [InlineData(ElementType.Bool, "BOOL", "[true,false]")]
    [InlineData(ElementType.UInt8, "UINT8", "[0,255]")]
    [InlineData(ElementType.UInt16, "UINT16", "[0,65535]")]
    [InlineData(ElementType.UInt32, "UINT32", "[0,4294967295]")]
    [InlineData(ElementType.UInt64, "UINT64", "[0,18446744073709551615]")]
    [InlineData(ElementType.Int8, "INT8", "[-128,127]")]
    [InlineData(ElementType.Int16, "INT16", "[-32768,32767]")]
    [InlineData(ElementType.Int32, "INT32", "[-2147483648,2147483647]")]
    [InlineData(ElementType.Int64, "INT64", "[-9223372036854775808,9223372036854775807]")]
    [InlineData(ElementType.Float16, "FP16", "[0.5,-65504]")]
    [InlineData(ElementType.Float, "FP32", "[0.1,-3.4028235E+38]")]
    [InlineData(ElementType.Double, "FP64", "[0.1,\"-Infinity\"]")]
    [InlineData(ElementType.BFloat16, "BF16", "[0.5,-3.3895314E+38]")]
    [InlineData(ElementType.String, "BYTES", "[\"\",\"a \\\"word\\\" ü\"]")]
    public async Task Every_datatype_goes_through_unchanged(ElementType type, string datatype, string data)
    {
        await using var server = await RunningServer.StartReadyAsync(TestModels.Copy(type));

        var answer = await server.InferAsync(Requests.Copy(datatype, 2, data));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(datatype, (string?)answer.Json["outputs"]![0]!["datatype"]);
        Assert.Contains($"\"data\":{data}", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ElementType.UInt8, "UINT8", "[256]", "Element 0 of input 'x' is 256, which is no UINT8.")]
    [InlineData(ElementType.Int32, "INT32", "[1.5]", "Element 0 of input 'x' is 1.5, which is no INT32.")]
    [InlineData(ElementType.Bool, "BOOL", "[1]", "Element 0 of input 'x' is 1, which is no BOOL.")]
    [InlineData(ElementType.Float, "FP32", "[1e999]", "Element 0 of input 'x' is 1e999, which is no FP32.")]
    [InlineData(ElementType.Float, "FP32", "[\"one\"]", "Element 0 of input 'x' is \"one\", which is no FP32.")]
    [InlineData(ElementType.Double, "FP64", "[null]", "Element 0 of input 'x' is null, which is no FP64.")]
    [InlineData(ElementType.Float16, "FP16", "[70000]", "Element 0 of input 'x' is 70000, which is no FP16.")]
    [InlineData(ElementType.BFloat16, "BF16", "[3.4e38]", "Element 0 of input 'x' is 3.4e38, which is no BF16.")]
    [InlineData(ElementType.String, "BYTES", "[5]", "Element 0 of input 'x' is 5, which is no BYTES.")]
    public async Task An_element_of_another_datatype_is_refused(ElementType type, string datatype, string data, string sentence)
    {
        await using var server = await RunningServer.StartReadyAsync(TestModels.Copy(type));

        var answer = await server.InferAsync(Requests.Copy(datatype, 1, data));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(sentence, answer.Error);
    }

    [Fact]
    public async Task What_an_operator_refuses_is_the_clients_fault()
    {
        await using var server = await RunningServer.StartReadyAsync(TestModels.Lookup());

        var answer = await server.InferAsync("""{"inputs":[{"name":"indices","shape":[1],"datatype":"INT64","data":[3]}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("The model refuses the input: ", answer.Error, StringComparison.Ordinal);
    }
}
