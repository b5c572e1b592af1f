using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests.Graph;

public sealed class GraphBuilderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_cnn_computes_what_the_plain_loops_compute(int batch)
    {
        var weights = Networks.CnnWeights(7);
        var images = Networks.Normal(99, batch * 784, 1);

        var actual = Oracle.Run(Networks.Cnn(weights), images, batch, 1, 28, 28);

        Assert.True(Oracle.MaxDifference(Networks.CnnReference(weights, images, batch), actual) < 1e-4f);
    }

    [Fact]
    public void A_model_describes_its_inputs_and_outputs()
    {
        var model = Networks.Cnn();

        Assert.Equal(["input: Float [N, 1, 28, 28]"], model.Inputs.Select(i => i.ToString()));
        Assert.Equal(["logits: Float [N, 10]"], model.Outputs.Select(o => o.ToString()));
        Assert.Equal(17, model.OpsetVersion);
        Assert.Equal("cnn", model.GraphName);
    }

    [Fact]
    public void Shapes_followed_by_the_builder_are_the_ones_the_runtime_gives()
    {
        var b = new GraphBuilder("shapes");
        var x = b.Input("x", ElementType.Float, 2, 4, 9, 11);
        var kernel = b.Initializer("kernel", Networks.Normal(1, 6 * 2 * 9, 1), 6, 2, 3, 3);
        var conv = b.Conv(x, kernel, strides: [2, 1], pads: [1, 0, 2, 1], dilations: [1, 2], group: 2);
        var max = b.MaxPool(conv, [2, 3], strides: [1, 2]);
        var mean = b.AveragePool(conv, [2, 2], pads: [1, 1, 0, 0]);
        var global = b.GlobalAveragePool(conv);
        var transposed = b.Transpose(max, [0, 2, 3, 1]);
        var reshaped = b.Reshape(transposed, [0, -1, 6]);
        var product = b.MatMul(reshaped, b.Initializer("m", Networks.Normal(2, 18, 1), 6, 3));
        var shifted = b.Softmax(b.Sub(product, b.Constant(0.5f)));
        var scaled = b.Div(b.Mul(b.Add(shifted, shifted), b.Constant(2f)), b.Constant(3f));
        var bent = b.Erf(b.Tanh(b.Sigmoid(scaled)));
        var one = b.Initializer("one", [1f, 1f, 1f], 3);
        var normal = b.LayerNormalization(bent, one, one);
        var six = b.Initializer("six", [1f, 2f, 3f, 4f, 5f, 6f], 6);
        var batch = b.BatchNormalization(conv, six, six, six, six);
        var flat = b.Flatten(mean, axis: 2);
        GraphValue[] values = [conv, max, mean, global, transposed, reshaped, product, scaled, bent, normal, batch, flat];
        foreach (var value in values)
            b.Output(value.Name, value);

        var results = Oracle.RunAll(b.Build(), Networks.Normal(3, 2 * 4 * 9 * 11, 1), 2, 4, 9, 11);

        Assert.All(values, v => Assert.Equal(v.Shape!.Select(d => (int)d.Value!), results[v.Name].Dimensions.ToArray()));
    }

    [Fact]
    public void An_operator_without_a_method_of_its_own_goes_in_by_name()
    {
        var b = new GraphBuilder("lstm");
        var x = b.Input("x", ElementType.Float, 5, "N", 3);
        var w = b.Initializer("w", Networks.Normal(1, 16 * 3, 0.5), 1, 16, 3);
        var r = b.Initializer("r", Networks.Normal(2, 16 * 4, 0.5), 1, 16, 4);
        var bias = b.Initializer("b", new float[32], 1, 32);
        var results = b.Node("LSTM", [x, w, r, bias, null], new Dictionary<string, AttributeValue> { ["hidden_size"] = 4L }, ["", "last"], elementType: ElementType.Float);
        var model = b.Output("last", Assert.Single(results)).Build();

        Assert.Equal(2 * 4, Oracle.Run(model, Networks.Normal(4, 30, 1), 5, 2, 3).Length);
    }

    [Fact]
    public void A_value_can_be_an_output_twice_and_an_input_can_be_one()
    {
        var b = new GraphBuilder("twice");
        var x = b.Input("x", ElementType.Float, "N", 2);
        var y = b.Relu(x);
        var model = b.Output("first", y).Output("second", y).Output("echo", x).Build();

        var results = Oracle.RunAll(model, [-1, 2], 1, 2);

        Assert.Equal([0, 2], results["first"].ToArray());
        Assert.Equal([0, 2], results["second"].ToArray());
        Assert.Equal([-1, 2], results["echo"].ToArray());
    }

    [Fact]
    public void What_was_built_does_not_change_when_the_builder_goes_on()
    {
        var b = new GraphBuilder("growing");
        var x = b.Input("x", ElementType.Float, 1);
        var first = b.Output("y", b.Relu(x)).Build();
        var before = first.ToByteArray();

        var second = b.Output("z", b.Sigmoid(x)).Metadata("note", "two outputs").Build();

        Assert.Equal(before, first.ToByteArray());
        Assert.Equal(["y", "z"], second.Outputs.Select(o => o.Name));
        Assert.Equal("two outputs", second.Metadata["note"]);
    }

    public static TheoryData<string, Action<GraphBuilder, GraphValue>> Mistakes => new()
    {
        { "differ in rank", (b, x) => b.Conv(x, b.Initializer("w", new float[9], 1, 1, 9)) },
        { "known kernel", (b, x) => b.Conv(x, b.Initializer("w", new float[9], 3, 3)) },
        { "the channels differ", (b, x) => b.Conv(x, b.Initializer("w", new float[27], 1, 3, 3, 3)) },
        { "larger than its input", (b, x) => b.Conv(x, b.Initializer("w", new float[162], 1, 2, 9, 9)) },
        { "takes a bias of shape [1]", (b, x) => b.Conv(x, b.Initializer("w", new float[18], 1, 2, 3, 3), b.Initializer("b", new float[2], 2)) },
        { "at least 1", (b, x) => b.MaxPool(x, [2, 2], strides: [0, 1]) },
        { "cannot slide over", (b, x) => b.MaxPool(x, [2]) },
        { "4 pads", (b, x) => b.MaxPool(x, [2, 2], pads: [1, 1]) },
        { "put a Flatten before it", (b, x) => b.Gemm(x, b.Initializer("w", new float[4], 2, 2)) },
        { "50 columns meet 2 rows", (b, x) => b.Gemm(b.Flatten(x), b.Initializer("w", new float[4], 2, 2)) },
        { "5 columns meet 2 rows", (b, x) => b.MatMul(x, b.Initializer("w", new float[4], 2, 2)) },
        { "axis -1 has 5 and 3", (b, x) => b.Add(x, b.Initializer("w", new float[3], 3)) },
        { "cannot lay", (b, x) => b.Reshape(x, [0, 7, -1]) },
        { "only one axis", (b, x) => b.Reshape(x, [-1, -1]) },
        { "no order of the axes", (b, x) => b.Transpose(x, [0, 1, 2, 2]) },
        { "takes 6 values, not 5", (b, _) => b.Initializer("w", new float[5], 2, 3) },
        { "a value named 'x' already", (b, _) => b.Initializer("x", new float[1], 1) },
        { "a node named 'n' already", (b, x) => b.Relu(b.Relu(x, "n"), "n") },
        { "belongs to another graph", (_, x) => new GraphBuilder("other").Relu(x) },
        { "not Char", (b, _) => b.Constant('c') },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_refused_where_it_is_written(string sentence, Action<GraphBuilder, GraphValue> mistake)
    {
        var b = new GraphBuilder("mistake");
        var x = b.Input("x", ElementType.Float, "N", 2, 5, 5);

        var error = Assert.Throws<ArgumentException>(() => mistake(b, x));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_without_outputs_is_refused()
    {
        var error = Assert.Throws<OnnxFormatException>(() => new GraphBuilder("empty").Build());

        Assert.Contains("no outputs", error.Message, StringComparison.Ordinal);
    }
}
