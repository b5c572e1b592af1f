using System.Net;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Protocol;

public sealed class ClassificationTests
{
    private const string TwoRows = """{"name":"scores","shape":[2,3],"datatype":"FP32","data":[0.1,0.7,0.2, -1,"NaN",5]}""";

    [Fact]
    public async Task The_highest_values_come_with_place_and_name()
    {
        await using var server = await RunningServer.StartReadyAsync(TestModels.Classes("bag", "boot", "coat"));

        var answer = await server.InferAsync($$$"""{"inputs":[{{{TwoRows}}}],"parameters":{"classification":2}}""");

        Assert.Equal(
            """[{"name":"logits","datatype":"BYTES","shape":[2,2],"data":["0.7:1:boot","0.2:2:coat","5:2:coat","-1:0:bag"]}]""",
            answer.Json["outputs"]!.ToJsonString());
    }

    [Fact]
    public async Task An_output_may_ask_for_itself_and_for_more_than_there_are()
    {
        await using var server = await RunningServer.StartReadyAsync(TestModels.Classes());

        var answer = await server.InferAsync($$$"""{"inputs":[{{{TwoRows}}}],"outputs":[{"name":"logits","parameters":{"classification":9}}]}""");

        Assert.Equal("""["0.7:1","0.2:2","0.1:0","5:2","-1:0","NaN:1"]""", answer.Json["outputs"]![0]!["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Strings_have_no_highest()
    {
        await using var server = await RunningServer.StartReadyAsync(TestModels.Copy(GreenOps.Onnx.ElementType.String));

        var answer = await server.InferAsync("""{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","data":["a"]}],"parameters":{"classification":1}}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("Output 'y' is BYTES; classification is for numbers.", answer.Error);
    }
}
