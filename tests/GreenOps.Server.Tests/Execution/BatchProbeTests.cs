using GreenOps.Onnx;
using GreenOps.Server.Execution;
using GreenOps.Server.Tests.Fixtures;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Tests.Execution;

public sealed class BatchProbeTests
{
    [Fact]
    public void A_model_with_a_free_first_dimension_is_measured_at_rising_rows()
    {
        var profile = Measure(TestModels.Cnn());

        Assert.Equal([1, 2, 4], profile.Timings.Select(timing => timing.Rows).Take(3));
        Assert.All(profile.Timings, timing => Assert.True(timing.Elapsed > TimeSpan.Zero));
    }

    [Fact]
    public void Rows_that_change_each_others_answer_are_kept_apart()
    {
        var graph = new GraphBuilder("normalized");
        var x = graph.Input("x", ElementType.Float, "N", 4);
        var sum = graph.Node("CumSum", [x, graph.Constant(0L)], elementType: ElementType.Float)[0];

        Assert.Equal("The answer to a row depends on the rows beside it; requests run alone.", Measure(graph.Output("y", sum).Build()).Reason);
    }

    [Fact]
    public void A_fixed_first_dimension_is_left_as_it_is()
    {
        var graph = new GraphBuilder("fixed");
        var profile = Measure(graph.Output("y", graph.Relu(graph.Input("x", ElementType.Float, 8, 4))).Build());

        Assert.Equal(1, profile.Limit);
        Assert.StartsWith("Its inputs and outputs have no free first dimension", profile.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_is_given_back_is_not_moved() =>
        Assert.Equal("It gives back an input as it came; requests run alone.", Measure(TestModels.InputAsOutput()).Reason);

    private static BatchProfile Measure(OnnxModel model)
    {
        using var options = new SessionOptions();
        var loaded = new LoadedModel(new InferenceSession(model.ToByteArray(), options));
        try
        {
            return new BatchProbe(TimeSpan.FromSeconds(1), TimeProvider.System).Measure(loaded);
        }
        finally
        {
            loaded.Users.Release();
        }
    }
}
