using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Protocol;

public sealed class BinaryTensorTests : IAsyncLifetime
{
    private const string LengthHeader = "Inference-Header-Content-Length";

    private const string BothBinary = """
        {"inputs":[
          {"name":"left","shape":[2],"datatype":"INT64","parameters":{"binary_data_size":16}},
          {"name":"right","shape":[2],"datatype":"INT64","parameters":{"binary_data_size":16}}]}
        """;

    private static readonly long[] LeftAndRight = [5, 7, 1, -2];

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartReadyAsync(TestModels.SumAndDifference());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Inputs_may_be_binary()
    {
        var answer = await InferAsync(BothBinary, LeftAndRight);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("[6,5]", answer.Json["outputs"]![0]!["data"]!.ToJsonString());
        Assert.Equal("[4,9]", answer.Json["outputs"]![1]!["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Binary_and_JSON_inputs_mix()
    {
        var answer = await InferAsync(
            """
            {"inputs":[
              {"name":"left","shape":[2],"datatype":"INT64","data":[5,7]},
              {"name":"right","shape":[2],"datatype":"INT64","parameters":{"binary_data_size":16}}]}
            """,
            [1, -2]);

        Assert.Equal("[6,5]", answer.Json["outputs"]![0]!["data"]!.ToJsonString());
    }

    [Fact]
    public async Task All_outputs_are_binary_when_the_request_says_so()
    {
        var answer = await InferAsync(With(BothBinary, "parameters", """{"binary_data_output":true}"""), LeftAndRight);

        var (json, tail) = Split(answer);
        Assert.All(json["outputs"]!.AsArray(), output =>
        {
            Assert.Equal(16, (int)output!["parameters"]!["binary_data_size"]!);
            Assert.Null(output["data"]);
        });
        Assert.Equal([6L, 5, 4, 9], MemoryMarshal.Cast<byte, long>(tail).ToArray());
    }

    [Fact]
    public async Task An_output_may_say_otherwise_than_the_request()
    {
        var request = With(BothBinary, "parameters", """{"binary_data_output":true}""");

        var answer = await InferAsync(
            With(request, "outputs", """[{"name":"difference"},{"name":"sum","parameters":{"binary_data":false}}]"""),
            LeftAndRight);

        var (json, tail) = Split(answer);
        Assert.Equal([4L, 9], MemoryMarshal.Cast<byte, long>(tail).ToArray());
        Assert.Equal("[6,5]", json["outputs"]![1]!["data"]!.ToJsonString());
    }

    [Theory]
    [InlineData(8, 8, "Input 'left' has 8 bytes of data; its shape [2] of INT64 has 2 elements of 8 bytes.")]
    [InlineData(15, 16, "Input 'left' has 15 bytes of data; its shape [2] of INT64 has 2 elements of 8 bytes.")]
    [InlineData(16, 17, "Input 'right' has binary_data_size 17 and 16 bytes are left in the body; send Inference-Header-Content-Length and all of the data.")]
    [InlineData(16, -1, "inputs[1].parameters.binary_data_size is -1; it must be a number of bytes.")]
    public async Task Sizes_must_agree_with_shapes_and_body(long left, long right, string sentence)
    {
        var request = JsonNode.Parse(BothBinary)!;
        request["inputs"]![0]!["parameters"]!["binary_data_size"] = left;
        request["inputs"]![1]!["parameters"]!["binary_data_size"] = right;

        var answer = await InferAsync(request.ToJsonString(), LeftAndRight);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(sentence, answer.Error);
    }

    [Fact]
    public async Task Bytes_that_no_input_takes_are_refused()
    {
        var answer = await InferAsync(BothBinary, [.. LeftAndRight, 1]);

        Assert.Equal("The body has 40 bytes behind the JSON and the inputs' binary_data_size take 32 of them.", answer.Error);
    }

    [Fact]
    public async Task Data_and_binary_data_exclude_each_other()
    {
        var answer = await InferAsync(
            """{"inputs":[{"name":"left","shape":[1],"datatype":"INT64","data":[1],"parameters":{"binary_data_size":8}}]}""", [1]);

        Assert.Equal("Input 'left' has both data and binary_data_size; send one of them.", answer.Error);
    }

    [Theory]
    [InlineData("ten", "Inference-Header-Content-Length is 'ten'; it must be the number of bytes of the JSON object.")]
    [InlineData("99999", "Inference-Header-Content-Length is 99999 and the body has 2 bytes.")]
    public async Task The_length_of_the_JSON_must_be_one(string length, string sentence)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());

        var answer = await SendAsync(content, length);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(sentence, answer.Error);
    }

    private static string With(string request, string member, string value)
    {
        var node = JsonNode.Parse(request)!;
        node[member] = JsonNode.Parse(value);
        return node.ToJsonString();
    }

    private static (JsonNode Json, byte[] Tail) Split(Answer answer)
    {
        var length = int.Parse(answer.Headers.GetValues(LengthHeader).Single(), CultureInfo.InvariantCulture);
        return (JsonNode.Parse(answer.Body.AsSpan(0, length))!, answer.Body[length..]);
    }

    private Task<Answer> InferAsync(string json, long[] data)
    {
        var head = Encoding.UTF8.GetBytes(json);
        return SendAsync(
            new ByteArrayContent([.. head, .. MemoryMarshal.AsBytes(data.AsSpan())]),
            head.Length.ToString(CultureInfo.InvariantCulture));
    }

    private Task<Answer> SendAsync(ByteArrayContent content, string length)
    {
        content.Headers.ContentType = new("application/octet-stream");
        var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/fashion/infer") { Content = content };
        request.Headers.Add(LengthHeader, length);
        return _server.SendAsync(request);
    }
}
