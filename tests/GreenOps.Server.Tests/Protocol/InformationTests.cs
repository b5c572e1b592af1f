using System.Net;
using System.Text.Json.Nodes;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Protocol;

public sealed class InformationTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartReadyAsync(TestModels.ScaledMean(1));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/healthz", """{"live":true}""")]
    [InlineData("/readyz", """{"ready":true}""")]
    [InlineData("/v2/health/live", """{"live":true}""")]
    [InlineData("/v2/health/ready", """{"ready":true}""")]
    [InlineData("/v2/models/fashion/ready", """{"name":"fashion","ready":true}""")]
    [InlineData("/v2/models/fashion/versions/1/ready", """{"name":"fashion","ready":true}""")]
    [InlineData("/v2", """{"name":"greenops-server","version":"0.1.0","extensions":["binary_tensor_data","classification","model_repository"]}""")]
    public async Task Health_and_server_metadata_answer(string path, string expected)
    {
        var answer = await _server.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(expected, answer.Text);
    }

    [Theory]
    [InlineData("/v2/models/fashion")]
    [InlineData("/v2/models/fashion/versions/1")]
    public async Task Model_metadata_describes_the_tensors(string path)
    {
        var answer = await _server.GetAsync(path);

        var expected = JsonNode.Parse("""
            {
              "name": "fashion", "versions": ["1"], "platform": "onnx_onnxv1",
              "inputs": [{"name": "image", "datatype": "FP32", "shape": [-1, 1, 28, 28]}],
              "outputs": [{"name": "mean", "datatype": "FP32", "shape": [-1, 1, 1, 1]}]
            }
            """);
        Assert.True(JsonNode.DeepEquals(expected, answer.Json), answer.Text);
    }
}
