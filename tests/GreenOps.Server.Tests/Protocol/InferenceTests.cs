using System.Net;
using System.Text.Json.Nodes;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Protocol;

public sealed class InferenceTests : TwoVariantTests
{
    [Fact]
    public async Task An_answer_names_model_version_variant_and_outputs()
    {
        var answer = await Server.InferAsync(Requests.Image(0.5f));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var expected = JsonNode.Parse("""
            {
              "model_name": "fashion", "model_version": "1", "parameters": {"variant": "full"},
              "outputs": [{"name": "mean", "datatype": "FP32", "shape": [1, 1, 1, 1], "data": [0.5]}]
            }
            """);
        Assert.True(JsonNode.DeepEquals(expected, answer.Json), answer.Text);
    }

    [Theory]
    [InlineData("full", 0.5)]
    [InlineData("int8", 5)]
    public async Task A_request_can_pin_a_variant_even_one_without_weight(string variant, double mean)
    {
        var answer = await Server.InferAsync(Requests.Image(0.5f, variant));

        Assert.Equal(variant, answer.Variant);
        Assert.Equal(mean, (double)answer.Json["outputs"]![0]!["data"]![0]!);
    }

    [Fact]
    public async Task A_request_can_name_the_version()
    {
        var answer = await Server.PostAsync("/v2/models/fashion/versions/1/infer", Requests.Image());

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task The_id_comes_back()
    {
        var request = JsonNode.Parse(Requests.Image())!;
        request["id"] = "an \"id\" ü";

        var answer = await Server.InferAsync(request.ToJsonString());

        Assert.Equal("an \"id\" ü", (string?)answer.Json["id"]);
    }

    [Fact]
    public async Task Every_row_of_a_batch_is_answered()
    {
        var answer = await Server.InferAsync(Requests.Image(2, rows: 3));

        Assert.Equal([3L, 1, 1, 1], answer.Json["outputs"]![0]!["shape"]!.AsArray().Select(node => (long)node!));
        Assert.Equal([2f, 2, 2], answer.Json["outputs"]![0]!["data"]!.AsArray().Select(node => (float)node!));
    }

    [Fact]
    public async Task Members_may_come_in_any_order()
    {
        var tensor = Requests.Tensor("image", "FP32", [1, 1, 28, 28], Enumerable.Repeat((JsonNode)3, 784));
        var reversed = new JsonObject(tensor.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

        var answer = await Server.InferAsync(new JsonObject { ["unknown"] = new JsonObject(), ["inputs"] = new JsonArray(reversed) }.ToJsonString());

        Assert.Equal(3f, (float)answer.Json["outputs"]![0]!["data"]![0]!);
    }

    [Fact]
    public async Task Non_finite_numbers_travel_as_names()
    {
        var request = JsonNode.Parse(Requests.Image())!;
        request["inputs"]![0]!["data"]![0] = "NaN";

        var answer = await Server.InferAsync(request.ToJsonString());

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("NaN", (string?)answer.Json["outputs"]![0]!["data"]![0]);
    }
}
