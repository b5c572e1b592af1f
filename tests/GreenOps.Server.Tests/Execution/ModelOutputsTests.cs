using System.Runtime;
using GreenOps.Server.Execution;
using GreenOps.Server.Tensors;
using GreenOps.Server.Tests.Fixtures;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Tests.Execution;

public sealed class ModelOutputsTests
{
    // Of a size that no other test uses: the pool has no such array yet, so a new one is made behind the garbage.
    private const int Elements = 3_000_000;

    [Fact]
    public void An_output_that_is_an_input_outlasts_a_compaction()
    {
        using var options = new SessionOptions();
        var model = new LoadedModel(new InferenceSession(TestModels.InputAsOutput().ToByteArray(), options));
        var before = Garbage();
        using var input = new Tensor("x", model.Signature.Inputs[0].Datatype, [Elements], Elements);
        input.Data.Span.Fill(7);
        using var outputs = model.Run([input]);

        before.Clear();
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        var after = Garbage();

        input.Data.Span.Fill(8);
        Assert.True(outputs.Values.Single().GetTensorDataAsSpan<byte>().IndexOfAnyExcept((byte)8) < 0);
        GC.KeepAlive(after);
        model.Users.Release();
    }

    private static List<byte[]> Garbage() => [.. Enumerable.Range(0, 20).Select(_ => GC.AllocateUninitializedArray<byte>(Elements))];
}
