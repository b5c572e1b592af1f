using System.Security.Cryptography;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Load;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>A ready model in place of a training.</summary>
/// <param name="tiny">A model whose artifact is there to be taken.</param>
[Collection(typeof(TinyTests))]
public sealed class OwnModelTests(TinyModel tiny) : TinyTest(tiny)
{
    private static CompressionSpec Quantized => new()
    {
        Variants = [new VariantSpec { Name = "int8", Steps = [new CompressionStep { Quantize = new Quantize { CalibrationSamples = 64 } }] }],
    };

    [Fact]
    public async Task A_file_on_a_claim_is_imported_judged_compressed_and_served()
    {
        var source = await Shared.Model.ReadAsync();
        var ns = Shared.Model.Namespace;
        var model = await ns.ApplyAsync(Model("taken", new ModelSource
        {
            Uri = $"pvc://{Shared.Model.Name}-artifacts/{ns.Name}/{Shared.Model.Name}/train-{source.Status!.Serving!.Revision}/model.onnx",
            Evaluation = new Evaluation { Dataset = new Dataset { Uri = ClusterSettings.Dataset } },
        }));

        var ready = await model.WaitUntilReadyAsync();

        var full = ready.Status!.Variants!.Single(variant => variant.Name == StageNames.FullVariant);
        Assert.Equal(("HeldOut", true), (full.AccuracySource, full.Accepted));
        Assert.Equal(source.Status.Variants!.Single(variant => variant.Name == StageNames.FullVariant).Accuracy!.Value, full.Accuracy!.Value, 6);
        Assert.Equal(source.Status.Variants!.Single(variant => variant.Name == StageNames.FullVariant).Bytes, full.Bytes);
        Assert.True(ready.Status.Variants!.Single(variant => variant.Name == "int8").Bytes < full.Bytes);
        Assert.Equal("Imported", ModelUnderTest.Condition(ready, ConditionTypes.Trained)!.Reason);
        Assert.True(ready.Status.Emissions!.StageJoules > 0);
        using (var client = await InferenceClient.ConnectAsync(model))
        {
            using var original = await InferenceClient.ConnectAsync(Shared.Model);
            var body = await client.BodyAsync(0, 20, StageNames.FullVariant);
            Assert.Equal((await original.InferAsync(body)).Classes(), (await client.InferAsync(body)).Classes());
        }
    }

    [Fact]
    public async Task A_file_of_a_web_server_must_be_what_its_checksum_says()
    {
        Assert.SkipUnless(Shared.Model.Namespace.Cluster.ReachesTests, "Pods of this cluster cannot be told to reach a web server of the tests.");
        var bytes = CentroidModel.ToOnnx();
        await using var web = await FileServer.StartAsync("/centroids.onnx", bytes);
        var source = new ModelSource { Uri = web.Address, Sha256 = new string('0', 64) };
        var model = await Shared.Model.Namespace.ApplyAsync(Model("fetched", source));
        var stalled = await model.WaitAsync("to say that the checksum is wrong", seen => ModelUnderTest.Condition(seen, ConditionTypes.Stalled) is not null);
        Assert.Equal(StageReasons.ChecksumMismatch, ModelUnderTest.Condition(stalled, ConditionTypes.Ready)!.Reason);

        await model.Namespace.ApplyAsync(Model("fetched", source with { Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) }));
        var ready = await model.WaitUntilReadyAsync();

        Assert.Equal(
            [("full", "Fidelity"), ("int8", "Fidelity")],
            ready.Status!.Variants!.Select(variant => (variant.Name, variant.AccuracySource!)));
        Assert.Equal(1, ready.Status.Variants!.Single(variant => variant.Name == StageNames.FullVariant).Accuracy);
        using var client = await InferenceClient.ConnectAsync(model);
        var answer = await client.InferAsync(await client.BodyAsync(0, 20, StageNames.FullVariant));
        Assert.Equal(Enumerable.Range(0, 20).Select(CentroidModel.Classify), answer.Classes());
    }

    private GreenModel Model(string name, ModelSource source) => Tiny.Model(name, Shared.Applied.Spec.CarbonZone) with
    {
        Spec = new GreenModelSpec { CarbonZone = Shared.Applied.Spec.CarbonZone, Model = source, Compression = Quantized },
    };
}
