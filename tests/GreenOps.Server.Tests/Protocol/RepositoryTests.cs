using System.Net;
using GreenOps.Server.Rpc.Messages;
using GreenOps.Server.Tests.Fixtures;
using Grpc.Core;

namespace GreenOps.Server.Tests.Protocol;

public sealed class RepositoryTests : TwoVariantTests
{
    [Fact]
    public async Task A_variant_can_be_unloaded_and_loaded_and_the_index_tells()
    {
        const string int8 = """{"parameters":{"variant":"int8"}}""";
        Assert.Equal(HttpStatusCode.OK, (await Server.PostAsync("/v2/repository/models/fashion/unload", int8)).Status);

        var entry = (await Server.PostAsync("/v2/repository/index", "")).Json[0]!;
        Assert.Equal(("fashion", "1", "READY"), ((string?)entry["name"], (string?)entry["version"], (string?)entry["state"]));
        Assert.Equal(["READY", "UNAVAILABLE"], entry["variants"]!.AsArray().Select(variant => (string?)variant!["state"]));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Server.InferAsync(Requests.Image(variant: "int8"))).Status);

        Assert.Equal(HttpStatusCode.OK, (await Server.PostAsync("/v2/repository/models/fashion/load", int8)).Status);
        Assert.Equal("int8", (await Server.InferAsync(Requests.Image(variant: "int8"))).Variant);
    }

    [Fact]
    public async Task The_whole_model_can_be_unloaded_and_loaded_by_a_client_that_knows_no_variants()
    {
        var client = Server.Grpc();

        await client.RepositoryModelUnloadAsync(new RepositoryModelUnloadRequest { ModelName = "fashion" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty((await client.RepositoryIndexAsync(new RepositoryIndexRequest { Ready = true }, cancellationToken: TestContext.Current.CancellationToken)).Models);
        var entry = Assert.Single((await client.RepositoryIndexAsync(new RepositoryIndexRequest(), cancellationToken: TestContext.Current.CancellationToken)).Models);
        Assert.Equal(("fashion", "UNAVAILABLE"), (entry.Name, entry.State));
        Assert.False((await client.ModelReadyAsync(new ModelReadyRequest { Name = "fashion" }, cancellationToken: TestContext.Current.CancellationToken)).Ready);

        await client.RepositoryModelLoadAsync(new RepositoryModelLoadRequest { ModelName = "fashion" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("READY", Assert.Single((await client.RepositoryIndexAsync(new RepositoryIndexRequest { Ready = true }, cancellationToken: TestContext.Current.CancellationToken)).Models).State);
    }

    [Theory]
    [InlineData("digits", "", HttpStatusCode.NotFound, "There is no model 'digits' here; this server has 'fashion'.")]
    [InlineData("fashion", """{"parameters":{"variant":"tiny"}}""", HttpStatusCode.NotFound, "There is no variant 'tiny'; the routing file names 'full', 'int8'.")]
    [InlineData("fashion", """{"parameters":{"variant":5}}""", HttpStatusCode.BadRequest, "parameters.variant is 5; it must be the name of a variant, a string.")]
    [InlineData("fashion", "[]", HttpStatusCode.BadRequest, "The body must be a JSON object, or empty.")]
    public async Task What_cannot_be_loaded_is_said_in_a_sentence(string model, string body, HttpStatusCode status, string sentence)
    {
        var answer = await Server.PostAsync($"/v2/repository/models/{model}/load", body);

        Assert.Equal((status, sentence), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_variant_that_is_not_here_is_not_found_over_gRPC_too()
    {
        var request = new RepositoryModelUnloadRequest { ModelName = "fashion", Parameters = { ["variant"] = new ModelRepositoryParameter { StringParam = "tiny" } } };

        var error = await Assert.ThrowsAsync<RpcException>(async () => await Server.Grpc().RepositoryModelUnloadAsync(request, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }
}
