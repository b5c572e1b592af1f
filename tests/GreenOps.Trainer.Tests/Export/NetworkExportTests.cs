using GreenOps.Trainer.Export;
using GreenOps.Trainer.Profiling;
using GreenOps.Trainer.Training;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Export;

public class NetworkExportTests
{
    public static TheoryData<string, int[], bool, LearningTask> Networks => new()
    {
        { "cnn", [2, 14, 12], false, LearningTask.Classification },
        { "cnn", [14, 12], false, LearningTask.Regression },
        { "branched", [14, 12], false, LearningTask.Classification },
        { "lstm", [6, 3], true, LearningTask.Classification },
        { "deep lstm", [6, 3], true, LearningTask.Regression },
        { "deep lstm", [6, 3], false, LearningTask.Classification },
        { "gru", [6], true, LearningTask.Classification },
        { "deep gru", [6, 3], true, LearningTask.Regression },
        { "deep gru", [6, 3], false, LearningTask.Classification },
        { "transformer", [6, 3], true, LearningTask.Classification },
        { "odd transformer", [6], true, LearningTask.Regression },
        { "transformer", [6, 3], false, LearningTask.Classification },
        { "pruned transformer", [6, 3], true, LearningTask.Classification },
        { "dropping transformer", [6, 3], false, LearningTask.Classification },
        { "mlp", [2, 3], false, LearningTask.Classification },
        { "linear", [5], false, LearningTask.Regression },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Onnx_runtime_gives_what_torch_gives_at_every_batch_and_length(string architecture, int[] shape, bool varies, LearningTask task)
    {
        using var network = New(architecture, shape, varies, task);
        using var session = new ModelSession(NetworkExport.ToOnnx(network, Specs.Training("/data")).ToByteArray());
        Assert.Equal(varies ? 2 : 1, session.Inputs.Count);
        Assert.Equal("N", session.Outputs[0].Symbols[0]);

        foreach (var (count, length) in (ReadOnlySpan<(int, int)>)[(1, 1), (1, 6), (3, 4), (8, 17)])
        {
            // A length other than that of the training is for networks over sequences alone.
            var isSequence = session.Inputs[0].Name == "sequence";
            Compare(network, session, count, isSequence ? [length, .. shape.Skip(1)] : shape, varies);
        }
    }

    [Fact]
    public void Every_example_of_a_batch_leaves_where_it_leaves_alone()
    {
        manual_seed(5);
        using var inputs = (randn(40, 14, 12) * 3) + 2;
        using var without = no_grad();
        float[] sure;
        using (var same = New("branched", [14, 12], varies: false, LearningTask.Classification))
        {
            sure = same.AllOutputs(new Batch(inputs, null, inputs))[0].softmax(1).amax([1]).data<float>().ToArray();
        }

        using var network = New("branched", [14, 12], varies: false, LearningTask.Classification, confidence: sure.Order().ElementAt(20));
        using var session = new ModelSession(NetworkExport.ToOnnx(network, Specs.Training("/data")).ToByteArray());
        var together = Run(session, inputs.reshape(40, 1, 14, 12), null);

        var alone = Enumerable.Range(0, 40).SelectMany(i => Run(session, inputs[i].reshape(1, 1, 14, 12), null)).ToArray();

        Assert.All(alone.Zip(together), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-5f));
        var all = network.AllOutputs(new Batch(inputs, null, inputs)).Select(outputs => outputs.data<float>().ToArray()).ToList();
        var left = Enumerable.Range(0, 40).Count(i => Math.Abs(all[0][i * 3] - together[i * 3]) < 1e-5);
        Assert.Equal(20, left);
    }

    [Theory]
    [InlineData("mlp", "cnn", new long[] { 5, 1, 14, 12 }, new long[] { 5, 168 })]
    [InlineData("lstm", "cnn", new long[] { 5, 1, 14, 12 }, new long[] { 5, 14, 12 })]
    [InlineData("cnn", "mlp", new long[] { 5, 168 }, new long[] { 5, 1, 14, 12 })]
    [InlineData("cnn", "transformer", new long[] { 5, 14, 12 }, new long[] { 5, 1, 14, 12 })]
    [InlineData("mlp", "gru", new long[] { 5, 14, 12 }, new long[] { 5, 168 })]
    public void A_student_takes_examples_in_the_form_of_its_teacher(string student, string teacher, long[] theirs, long[] own)
    {
        using var network = New(student, [14, 12], varies: false, LearningTask.Classification);
        using var other = New(teacher, [14, 12], varies: false, LearningTask.Classification);
        using var alone = new ModelSession(NetworkExport.ToOnnx(network, Specs.Training("/data")).ToByteArray());
        using var likeTeacher = new ModelSession(NetworkExport.ToOnnx(network, Specs.Training("/data"), ExampleInput.Of(Architectures.Of(teacher))).ToByteArray());
        using var model = new ModelSession(NetworkExport.ToOnnx(other, Specs.Training("/data")).ToByteArray());
        using var inputs = randn(5, 14, 12);

        Assert.Equal(model.Inputs.Select(input => input.ToString()), likeTeacher.Inputs.Select(input => input.ToString()));
        Assert.Equal(Run(alone, inputs.reshape(own), null), Run(likeTeacher, inputs.reshape(theirs), null));
    }

    [Fact]
    public void Class_names_travel_with_the_model()
    {
        using var network = NetworkFactory.Create(Architectures.Of("mlp"), DatasetLoader.Load(Tables.Iris, LearningTask.Classification));

        Assert.Equal("""["setosa","versicolor","virginica"]""", NetworkExport.ToOnnx(network, Specs.Training("/data")).Metadata["greenops.class_names"]);
    }

    private static Network New(string architecture, int[] shape, bool varies, LearningTask task, double? confidence = null)
    {
        manual_seed(3);
        var spec = Architectures.Of(architecture);
        spec = confidence is null ? spec : new ArchitectureSpec { Cnn = spec.Cnn! with { EarlyExit = new EarlyExitSpec(confidence.Value) } };
        var network = NetworkFactory.Create(spec, new NetworkShape(shape, varies, Pixels: false, task, task == LearningTask.Regression ? 2 : 3));
        var size = shape.Aggregate(1, (product, length) => product * length);
        using var features = (randn(10 * size) * 3) + 2;
        network.ScaleBy(ExampleSet.OfValues(shape, features.data<float>().ToArray(), [.. Enumerable.Range(0, 20).Select(i => (float)(i * i))], 10, varies ? [.. Enumerable.Repeat(shape[0], 10)] : null));
        network.eval();
        return network;
    }

    private static void Compare(Network network, ModelSession session, int count, int[] shape, bool varies)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        var inputs = (randn([count, .. shape.Select(length => (long)length)]) * 3) + 2;
        var lengths = varies ? tensor(Enumerable.Range(0, count).Select(i => (long)(i % shape[0]) + 1).ToArray()) : null;
        var expected = network.call(inputs, lengths).data<float>().ToArray();

        long[] own = session.Inputs[0].Name switch
        {
            "image" => [count, .. session.Inputs[0].Shape.Skip(1)],
            "sequence" => [count, shape[0], session.Inputs[0].Shape[2]],
            _ => [count, session.Inputs[0].Shape[1]],
        };
        var given = Run(session, inputs.reshape(own), lengths);

        Assert.Equal(expected.Length, given.Length);
        // The values of a regression are in the hundreds: their own precision is coarser.
        Assert.All(expected.Zip(given), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-4f * Math.Max(1, Math.Abs(pair.First))));
    }

    private static float[] Run(ModelSession session, Tensor inputs, Tensor? lengths)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(inputs.contiguous().data<float>().ToArray(), inputs.shape);
        using var second = lengths is null ? null : OrtValue.CreateTensorValueFromMemory(lengths.data<long>().ToArray(), lengths.shape);
        using var outputs = session.Run(second is null ? [value] : [value, second]);
        return Answers.Floats(outputs[0]);
    }
}
