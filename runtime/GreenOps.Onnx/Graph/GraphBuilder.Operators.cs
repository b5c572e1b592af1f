namespace GreenOps.Onnx;

/// <content>The operators whose shapes the builder follows. Every one is the standard operator of the same name.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Convolution over any number of spatial axes.</summary>
    /// <param name="x">Shape [batch, channels, spatial...].</param>
    /// <param name="weight">Shape [filters, channels / group, kernel...].</param>
    /// <param name="bias">Shape [filters], or null.</param>
    /// <param name="strides">One a spatial axis; null for 1.</param>
    /// <param name="pads">All begins, then all ends; null for 0.</param>
    /// <param name="dilations">One a spatial axis; null for 1.</param>
    /// <param name="group">How many groups the channels fall into.</param>
    /// <param name="name">The node's name; null for a fresh one.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public GraphValue Conv(
        GraphValue x,
        GraphValue weight,
        GraphValue? bias = null,
        long[]? strides = null,
        long[]? pads = null,
        long[]? dilations = null,
        long group = 1,
        string? name = null)
    {
        var (shape, window) = ShapeRules.Conv(Own(x), Own(weight), bias, strides, pads, dilations, group);
        return Single("Conv", bias is null ? [x, weight] : [x, weight, bias], shape, name, new Dictionary<string, AttributeValue>
        {
            ["kernel_shape"] = window.Kernel,
            ["strides"] = window.Strides,
            ["pads"] = window.Pads,
            ["dilations"] = window.Dilations,
            ["group"] = group,
        });
    }

    /// <summary>The largest value of each window. Shapes as in <see cref="Conv"/>.</summary>
    /// <param name="x">Shape [batch, channels, spatial...].</param>
    /// <param name="kernel">The window, one length a spatial axis.</param>
    /// <param name="strides">One a spatial axis; null for the kernel, so that windows do not overlap.</param>
    /// <param name="pads">All begins, then all ends; null for 0.</param>
    /// <param name="name">The node's name; null for a fresh one.</param>
    public GraphValue MaxPool(GraphValue x, long[] kernel, long[]? strides = null, long[]? pads = null, string? name = null) =>
        Pool("MaxPool", x, kernel, strides, pads, name);

    /// <summary>The mean of each window, padding left out of the count. Arguments as in <see cref="MaxPool"/>.</summary>
    public GraphValue AveragePool(GraphValue x, long[] kernel, long[]? strides = null, long[]? pads = null, string? name = null) =>
        Pool("AveragePool", x, kernel, strides, pads, name);

    /// <summary>The mean over all spatial axes, each of which becomes 1.</summary>
    public GraphValue GlobalAveragePool(GraphValue x, string? name = null) =>
        Single("GlobalAveragePool", [Own(x)], ShapeRules.GlobalPool(x), name);

    /// <summary>max(x, 0).</summary>
    public GraphValue Relu(GraphValue x, string? name = null) => Elementwise("Relu", x, name);

    /// <summary>1 / (1 + exp(-x)).</summary>
    public GraphValue Sigmoid(GraphValue x, string? name = null) => Elementwise("Sigmoid", x, name);

    /// <summary>The hyperbolic tangent.</summary>
    public GraphValue Tanh(GraphValue x, string? name = null) => Elementwise("Tanh", x, name);

    /// <summary>The Gauss error function.</summary>
    public GraphValue Erf(GraphValue x, string? name = null) => Elementwise("Erf", x, name);

    /// <summary>Exponentials that sum to 1 along an axis.</summary>
    public GraphValue Softmax(GraphValue x, long axis = -1, string? name = null) =>
        Single("Softmax", [Own(x)], x.Shape, name, new Dictionary<string, AttributeValue> { ["axis"] = axis });

    /// <summary>a + b, with broadcasting.</summary>
    public GraphValue Add(GraphValue a, GraphValue b, string? name = null) => Broadcast("Add", a, b, name);

    /// <summary>a - b, with broadcasting.</summary>
    public GraphValue Sub(GraphValue a, GraphValue b, string? name = null) => Broadcast("Sub", a, b, name);

    /// <summary>a × b element by element, with broadcasting.</summary>
    public GraphValue Mul(GraphValue a, GraphValue b, string? name = null) => Broadcast("Mul", a, b, name);

    /// <summary>a / b element by element, with broadcasting.</summary>
    public GraphValue Div(GraphValue a, GraphValue b, string? name = null) => Broadcast("Div", a, b, name);

    /// <summary>The matrix product over the last two axes, the others broadcast.</summary>
    /// <exception cref="ArgumentException">The inner dimensions differ.</exception>
    public GraphValue MatMul(GraphValue a, GraphValue b, string? name = null) =>
        Single("MatMul", [Own(a), Own(b)], ShapeRules.MatMul(a, b), name);

    /// <summary>x·w + b for a batch of rows: a fully connected layer.</summary>
    /// <param name="x">Shape [batch, inputs].</param>
    /// <param name="w">Shape [inputs, outputs], or [outputs, inputs] with <paramref name="transB"/>.</param>
    /// <param name="b">Shape [outputs], or null.</param>
    /// <param name="transB">Whether the weights are stored transposed, as most training frameworks store them.</param>
    /// <param name="name">The node's name; null for a fresh one.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public GraphValue Gemm(GraphValue x, GraphValue w, GraphValue? b = null, bool transB = false, string? name = null) =>
        Single(
            "Gemm",
            b is null ? [Own(x), w] : [Own(x), w, b],
            ShapeRules.Gemm(x, Own(w), b, transB),
            name,
            new Dictionary<string, AttributeValue> { ["transB"] = transB ? 1L : 0L });

    /// <summary>Two axes: all before <paramref name="axis"/> multiplied together, and all from it on.</summary>
    public GraphValue Flatten(GraphValue x, long axis = 1, string? name = null) =>
        Single("Flatten", [Own(x)], ShapeRules.Flatten(x, axis), name, new Dictionary<string, AttributeValue> { ["axis"] = axis });

    /// <summary>The same elements in another shape. 0 keeps the input's axis, -1 takes what is left.</summary>
    public GraphValue Reshape(GraphValue x, long[] shape, string? name = null) =>
        Single("Reshape", [Own(x), Constant(shape)], ShapeRules.Reshape(x, shape), name);

    /// <summary>The axes in another order: axis i of the result is axis <c>permutation[i]</c> of the input.</summary>
    public GraphValue Transpose(GraphValue x, long[] permutation, string? name = null) =>
        Single("Transpose", [Own(x)], ShapeRules.Transpose(x, permutation), name, new Dictionary<string, AttributeValue> { ["perm"] = permutation });

    /// <summary>Normalization of each channel by stored statistics; <paramref name="x"/> has shape [batch, channels, ...], the rest [channels].</summary>
    public GraphValue BatchNormalization(
        GraphValue x, GraphValue scale, GraphValue bias, GraphValue mean, GraphValue variance, float epsilon = 1e-5f, string? name = null) =>
        Single(
            "BatchNormalization",
            [Own(x), scale, bias, mean, variance],
            x.Shape,
            name,
            new Dictionary<string, AttributeValue> { ["epsilon"] = epsilon });

    /// <summary>Normalization over the axes from <paramref name="axis"/> on. Opset 17.</summary>
    public GraphValue LayerNormalization(GraphValue x, GraphValue scale, GraphValue? bias = null, long axis = -1, float epsilon = 1e-5f, string? name = null) =>
        Single(
            "LayerNormalization",
            bias is null ? [Own(x), scale] : [Own(x), scale, bias],
            x.Shape,
            name,
            new Dictionary<string, AttributeValue> { ["axis"] = axis, ["epsilon"] = epsilon });

    private GraphValue Elementwise(string op, GraphValue x, string? name) => Single(op, [Own(x)], x.Shape, name);

    private GraphValue Broadcast(string op, GraphValue a, GraphValue b, string? name) =>
        Single(op, [Own(a), Own(b)], ShapeRules.Broadcast(op, a, b), name);

    private GraphValue Pool(string op, GraphValue x, long[] kernel, long[]? strides, long[]? pads, string? name)
    {
        var window = new Window(kernel, strides ?? kernel, pads ?? new long[2 * kernel.Length], [.. kernel.Select(_ => 1L)]);
        return Single(op, [x], ShapeRules.Pool(op, Own(x), window), name, new Dictionary<string, AttributeValue>
        {
            ["kernel_shape"] = window.Kernel,
            ["strides"] = window.Strides,
            ["pads"] = window.Pads,
        });
    }
}
