using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using GreenOps.Onnx;
using GreenOps.Server.Rpc;
using GreenOps.Server.Rpc.Messages;
using GreenOps.Server.Tensors;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Rpc;

/// <summary>REST and gRPC give the same bytes for the same request, in every form that either has.</summary>
public sealed class SameBytesTests : IAsyncLifetime
{
    private const int Elements = 3;

    private static readonly (string Name, ElementType Type, string Json)[] Types =
    [
        ("BOOL", ElementType.Bool, "[true,false,true]"),
        ("UINT8", ElementType.UInt8, "[0,7,255]"),
        ("UINT16", ElementType.UInt16, "[0,7,65535]"),
        ("UINT32", ElementType.UInt32, "[0,7,4294967295]"),
        ("UINT64", ElementType.UInt64, "[0,7,18446744073709551615]"),
        ("INT8", ElementType.Int8, "[-128,7,127]"),
        ("INT16", ElementType.Int16, "[-32768,7,32767]"),
        ("INT32", ElementType.Int32, "[-2147483648,7,2147483647]"),
        ("INT64", ElementType.Int64, "[-9223372036854775808,7,9223372036854775807]"),
        ("FP16", ElementType.Float16, "[-65504,0.5,\"NaN\"]"),
        ("BF16", ElementType.BFloat16, "[-3.3895314e38,0.5,\"Infinity\"]"),
        ("FP32", ElementType.Float, "[-3.4028235e38,0.1,\"NaN\"]"),
        ("FP64", ElementType.Double, "[-1.7976931348623157e308,0.1,\"-Infinity\"]"),
        ("BYTES", ElementType.String, "[\"\",\"word\",\"ü\\u0000 more\"]"),
    ];

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await RunningServer.StartReadyAsync(TestModels.CopyAll(Types.Select(type => (type.Name, type.Type))));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_datatype_comes_back_with_the_same_bytes()
    {
        Assert.Equal(TensorDatatype.All.Select(datatype => datatype.Name), Types.Select(type => type.Name));
        var sent = await OverRestAsync();
        var request = new ModelInferRequest
        {
            ModelName = "fashion",
            Inputs = { Types.Select(type => Input(type.Name)) },
            RawInputContents = { Types.Select(type => ByteString.CopyFrom(sent[type.Name])) },
        };

        var answer = await _server.Grpc().ModelInferAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Types.Select(type => $"y_{type.Name}"), answer.Outputs.Select(output => output.Name));
        Assert.Equal(Types.Length, answer.RawOutputContents.Count);
        Assert.All(answer.Outputs.Zip(answer.RawOutputContents), output => AssertSame(sent, output.First, output.Second.ToByteArray()));
    }

    [Fact]
    public async Task Datatypes_with_a_field_of_their_own_come_back_in_it()
    {
        var sent = await OverRestAsync();
        var fields = Types.Where(type => HasField(type.Name)).ToList();
        await using var server = await RunningServer.StartReadyAsync(TestModels.CopyAll(fields.Select(type => (type.Name, type.Type))));
        var request = new ModelInferRequest { ModelName = "fashion" };
        foreach (var type in fields)
        {
            var input = Input(type.Name);
            input.Contents = TypedContents.Write(TensorDatatype.Find(type.Name)!, sent[type.Name]);
            request.Inputs.Add(input);
        }

        var answer = await server.Grpc().ModelInferAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Empty(answer.RawOutputContents);
        Assert.Equal(fields.Select(type => $"y_{type.Name}"), answer.Outputs.Select(output => output.Name));
        Assert.All(answer.Outputs, output =>
        {
            using var tensor = TypedContents.Read(output.Name, TensorDatatype.Find(output.Datatype)!, [.. output.Shape], output.Contents);
            AssertSame(sent, output, tensor.Data.ToArray());
        });
    }

    private static bool HasField(string datatype) => TypedContents.Carry(TensorDatatype.Find(datatype)!);

    private static void AssertSame(Dictionary<string, byte[]> sent, ModelInferResponse.Types.InferOutputTensor output, byte[] data)
    {
        Assert.Equal(($"y_{output.Datatype}", (long)Elements), (output.Name, Assert.Single(output.Shape)));
        Assert.Equal(sent[output.Datatype], data);
    }

    private static string JsonRequest()
    {
        var inputs = Types.Select(type => $$"""{"name":"x_{{type.Name}}","shape":[{{Elements}}],"datatype":"{{type.Name}}","data":{{type.Json}} }""");
        return $$$"""{"inputs":[{{{string.Join(',', inputs)}}}],"parameters":{"binary_data_output":true}}""";
    }

    /// <summary>The bytes of every datatype, as the binary extension answers them.</summary>
    private async Task<Dictionary<string, byte[]>> OverRestAsync()
    {
        var answer = await _server.InferAsync(JsonRequest());
        var length = int.Parse(answer.Headers.GetValues("Inference-Header-Content-Length").Single(), CultureInfo.InvariantCulture);
        var tail = answer.Body.AsSpan(length);
        Dictionary<string, byte[]> tensors = [];
        foreach (var output in JsonNode.Parse(answer.Body.AsSpan(0, length))!["outputs"]!.AsArray())
        {
            var bytes = (int)output!["parameters"]!["binary_data_size"]!;
            tensors[(string)output["datatype"]!] = tail[..bytes].ToArray();
            tail = tail[bytes..];
        }

        Assert.True(tail.IsEmpty);
        await AssertBinaryRoundTripAsync(tensors);
        return tensors;
    }

    /// <summary>What the server sent as bytes it takes as bytes.</summary>
    private async Task AssertBinaryRoundTripAsync(Dictionary<string, byte[]> tensors)
    {
        var inputs = Types.Select(type =>
            $$$"""{"name":"x_{{{type.Name}}}","shape":[{{{Elements}}}],"datatype":"{{{type.Name}}}","parameters":{"binary_data_size":{{{tensors[type.Name].Length}}}}}""");
        var head = Encoding.UTF8.GetBytes($$"""{"inputs":[{{string.Join(',', inputs)}}]}""");
        using var content = new ByteArrayContent([.. head, .. Types.SelectMany(type => tensors[type.Name])]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/fashion/infer") { Content = content };
        request.Headers.Add("Inference-Header-Content-Length", head.Length.ToString(CultureInfo.InvariantCulture));
        var answer = await _server.SendAsync(request);
        Assert.True(answer.Status == System.Net.HttpStatusCode.OK, answer.Text);
        Assert.All(Types.Zip(answer.Json["outputs"]!.AsArray()), pair => Assert.True(
            JsonNode.DeepEquals(Normal(JsonNode.Parse(pair.First.Json)!), Normal(pair.Second!["data"]!)), $"{pair.First.Json} came back as {pair.Second!["data"]!.ToJsonString()}."));
    }

    /// <summary>Numbers by their value, however they are written.</summary>
    private static JsonArray Normal(JsonNode array) => new([.. array.AsArray().Select(element =>
        element!.GetValueKind() == System.Text.Json.JsonValueKind.Number && (element.ToJsonString().Contains('.', StringComparison.Ordinal) || element.ToJsonString().Contains('e', StringComparison.OrdinalIgnoreCase))
            ? JsonValue.Create(double.Parse(element.ToJsonString(), CultureInfo.InvariantCulture))
            : element.DeepClone())]);

    private static ModelInferRequest.Types.InferInputTensor Input(string datatype) =>
        new() { Name = $"x_{datatype}", Datatype = datatype, Shape = { Elements } };
}
