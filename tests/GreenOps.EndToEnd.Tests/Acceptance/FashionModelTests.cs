using System.Net;
using GreenOps.EndToEnd.Tests.Load;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>The sample that the README begins with: what it becomes, and what it answers.</summary>
/// <param name="fashion">The sample.</param>
[Collection(typeof(FashionTests))]
public sealed class FashionModelTests(FashionModel fashion)
{
    private const double SampleFloor = 0.85;
    private const double Rounding = 0.002;
    private const int Batch = 100;

    private InferenceClient Client => fashion.Client;

    [Fact]
    public void The_full_model_and_its_variants_are_accepted()
    {
        var accepted = fashion.Ready.Status!.Variants!.Where(variant => variant.Accepted == true).Select(variant => variant.Name);

        Assert.Superset(new HashSet<string> { "full", "pruned", "int8" }, accepted.ToHashSet());
        Assert.Contains("slim", fashion.Ready.Status.Variants!.Select(variant => variant.Name));
    }

    [Fact]
    public async Task Every_variant_answers_the_held_out_images_as_accurately_as_the_status_says()
    {
        Assert.Equal(2000, HeldOutImages.Count);
        foreach (var variant in fashion.Ready.Status!.Variants!.Where(variant => variant.Accepted == true))
        {
            await WaitUntilLoadedAsync(variant.Name);
            var accuracy = await AccuracyAsync(variant.Name);

            Assert.True(accuracy >= SampleFloor, $"Variant {variant.Name} answers {accuracy:0.0000} of the held-out images right.");
            Assert.Equal(variant.Accuracy!.Value, accuracy, Rounding);
        }
    }

    [Fact]
    public async Task A_malformed_request_is_refused_with_a_sentence()
    {
        var answer = await Client.InferAsync("""{"inputs": [}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.EndsWith(".", answer.Error, StringComparison.Ordinal);
        Assert.Contains(' ', answer.Error);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_not_found()
    {
        var answer = await Client.InferAsync("no-such-model", await Client.BodyAsync(0, 1));

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("no-such-model", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_shape_is_refused_with_the_right_one()
    {
        var input = (await Client.MetadataAsync())!["inputs"]![0]!["name"];

        var answer = await Client.InferAsync($$"""{"inputs":[{"name":"{{input}}","shape":[1,4],"datatype":"FP32","data":[0,0,0,0]}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Matches(@"-1, ?1, ?28, ?28", answer.Error);
    }

    [Fact]
    public async Task A_variant_that_is_not_there_is_refused_with_those_that_are()
    {
        var answer = await Client.InferAsync(await Client.BodyAsync(0, 1, "no-such-variant"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        // The mix moves on, and the servers follow: what both know at any time is one of the accepted variants.
        Assert.Contains(
            fashion.Ready.Status!.Variants!.Where(variant => variant.Accepted == true),
            variant => answer.Error.Contains($"'{variant.Name}'", StringComparison.Ordinal));
    }

    /// <summary>The model may be ready before its servers have seen the last change of their configuration.</summary>
    private async Task WaitUntilLoadedAsync(string variant)
    {
        var body = await Client.BodyAsync(0, 1, variant);
        await Eventually.TrueAsync(
            $"variant {variant} to be loaded", async () => (await Client.InferAsync(body)).Status == HttpStatusCode.OK, fashion.Model.DescribeAsync);
    }

    private async Task<double> AccuracyAsync(string variant)
    {
        var right = 0;
        for (var first = 0; first < HeldOutImages.Count; first += Batch)
        {
            var answer = await Client.InferAsync(await Client.BodyAsync(first, Batch, variant));
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Error);
            Assert.Equal(variant, answer.Variant);
            right += answer.Classes().Where((label, i) => label == HeldOutImages.Label(first + i)).Count();
        }

        return (double)right / HeldOutImages.Count;
    }
}
