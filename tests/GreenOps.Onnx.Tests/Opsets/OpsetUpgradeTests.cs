using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests.Opsets;

public sealed class OpsetUpgradeTests
{
    /// <summary>Operators whose attributes became inputs, or whose meaning changed, each as an old file has it.</summary>
    private static readonly Dictionary<string, Func<Foreign>> Old = new()
    {
        ["Clip"] = () => With(9, f => f.Node("Clip", ["x"], "y", ("min", -0.5f), ("max", 0.5f))),
        ["Clip without a minimum"] = () => With(9, f => f.Node("Clip", ["x"], "y", ("max", 0.5f))),
        ["Slice"] = () => With(9, f => f.Node("Slice", ["x"], "y", ("axes", new long[] { 1, 3 }), ("starts", new long[] { 1, 0 }), ("ends", new long[] { 3, -1 }))),
        ["Squeeze and Unsqueeze"] = () => With(9, f => f.Node("Squeeze", [f.Node("Unsqueeze", ["x"], "u", ("axes", new long[] { 0, 2 }))], "y", ("axes", new long[] { 2 }))),
        ["Softmax over all axes behind"] = () => With(9, f => f.Node("Softmax", ["x"], "y", ("axis", 1L))),
        ["Softmax as it is by default"] = () => With(11, f => f.Node("LogSoftmax", ["x"], "y")),
        ["Softmax of unknown rank"] = () => With(9, f => f.Node("Softmax", [f.Node("Reshape", ["x", f.Node("Shape", ["x"], "s")], "r")], "y", ("axis", 2L))),
        ["Pad"] = () => With(9, f => f.Node("Pad", ["x"], "y", ("pads", new long[] { 0, 0, 1, 1, 0, 0, 1, 1 }), ("value", 0.25f))),
        ["ReduceMean"] = () => With(9, f => f.Node("ReduceMean", ["x"], "y", ("axes", new long[] { 2, 3 }), ("keepdims", 0L))),
        ["ReduceSum"] = () => With(11, f => f.Node("ReduceSum", ["x"], "y", ("axes", new long[] { -1 }))),
        ["Dropout"] = () => With(9, f => f.Node("Dropout", ["x"], "y", ("ratio", 0.3f))),
        ["Upsample nearest"] = () => With(9, f => f.Node("Upsample", ["x", f.Weight("s", [1, 1, 2, 2.5f], 4)], "y", ("mode", "nearest"))),
        ["Upsample linear"] = () => With(8, f => f.Node("Upsample", ["x"], "y", ("mode", "linear"), ("scales", new[] { 1f, 1, 2, 2 }))),
        ["Resize"] = () => With(10, f => f.Node("Resize", ["x", f.Weight("s", [1, 1, 1.5f, 2], 4)], "y", ("mode", "nearest"))),
        ["BatchNormalization"] = () => With(8, f => f.Node("BatchNormalization", ["x", f.Weight("g", [1, 2, 3], 3), f.Weight("b", [0, 1, 2], 3), f.Weight("m", [0.1f, 0, 0.2f], 3), f.Weight("v", [1, 2, 0.5f], 3)], "y")),
        ["TopK"] = () => With(9, f =>
        {
            f.Node("TopK", ["x"], "y", ("k", 2L), ("axis", -1L));
            f.Graph.Node[^1].Output.Add("indices");
        }),
        ["Split"] = () => With(11, f => f.Node("Split", ["x"], "y", ("axis", 3L), ("split", new long[] { 4 }))),
        ["Cast and Flatten"] = () => With(9, f => f.Node("Flatten", [f.Node("Cast", [f.Node("Cast", ["x"], "i", ("to", 6L))], "f", ("to", 1L))], "y", ("axis", 2L))),
        ["RoiAlign"] = () => With(10, f => f.Node("RoiAlign", ["x", f.Weight("r", [0, 0, 3, 3], 1, 4), f.Node("Cast", [f.Weight("i", [0], 1)], "b", ("to", 7L))], "y", ("output_height", 2L), ("output_width", 2L))),
        ["GridSample"] = () => With(16, f => f.Node("GridSample", ["x", f.Weight("g", [.. Enumerable.Range(0, 8).Select(i => i / 8f)], 1, 2, 2, 2)], "y", ("mode", "bilinear"))),
    };

    public static TheoryData<string, int> Cases => [.. Old.SelectMany(old => new[] { 13, 18, OpsetUpgrade.Newest }.Where(version => version > old.Value().Opset).Select(version => (old.Key, version)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_newer_operator_set_computes_the_same(string name, int version)
    {
        var model = Model(name);
        var input = Networks.Normal(5, 3 * 16, 1);

        var upgraded = OpsetUpgrade.Apply(model, version, out var report);

        Assert.Equal((model.OpsetVersion, version), (report.From, report.To));
        Assert.Equal(version, upgraded.OpsetVersion);
        Assert.True(Oracle.MaxDifference(Oracle.Run(model, input, 1, 3, 4, 4), Oracle.Run(upgraded, input, 1, 3, 4, 4)) < 1e-5f);
    }

    [Fact]
    public void What_was_rewritten_is_told_and_what_is_new_enough_is_left_alone()
    {
        OpsetUpgrade.Apply(Model("Clip"), 13, out var report);
        Assert.Equal(new Dictionary<string, int> { ["Clip"] = 1 }, report.Rewritten);

        var model = Networks.Cnn();
        Assert.Same(model, OpsetUpgrade.Apply(model, 13, out report));
        Assert.Empty(report.Rewritten);
    }

    [Fact]
    public void Branches_are_upgraded_with_their_graph()
    {
        var model = Branching(9);
        Foreign.Node(model.Proto.Graph.Node[^1].Attribute[0].G, "Squeeze", ["then_branch_y"], "squeezed", ("axes", new long[] { 0 }));

        var upgraded = OpsetUpgrade.Apply(OnnxModel.FromProto(model.CloneProto()), 13, out var report);

        Assert.Equal(1, report.Rewritten["Squeeze"]);
        Assert.Equal(Oracle.Run(model, [1, 2], 1, 2), Oracle.Run(upgraded, [1, 2], 1, 2));
    }

    [Theory]
    [InlineData("Add", 13)]
    [InlineData("Add", 21)]
    [InlineData("PRelu", 13)]
    public void Before_shapes_aligned_at_the_end_an_operator_said_where_they_do(string op, int version)
    {
        // ONNX Runtime has no kernels for these, so the values are computed here.
        float[] channels = [0.5f, 2, -1];
        var model = With(6, f => f.Node(op, ["x", f.Weight("c", channels, 3)], "y", op == "Add" ? [("broadcast", 1L), ("axis", 1L)] : [])).Build("y");
        var input = Networks.Normal(5, 3 * 16, 1);

        var upgraded = OpsetUpgrade.Apply(model, version, out _);

        var expected = input.Select((v, i) => op == "Add" ? v + channels[i / 16] : v < 0 ? v * channels[i / 16] : v).ToArray();
        Assert.True(Oracle.MaxDifference(expected, Oracle.Run(upgraded, input, 1, 3, 4, 4)) < 1e-6f);
    }

    [Fact]
    public void What_has_no_counterpart_is_refused_by_name()
    {
        var scan = With(8, f => f.Node("Scan", ["x", "x"], "y", ("num_scan_inputs", 1L))).Build("y");

        Assert.Contains("Scan of opset 8", Assert.Throws<OnnxFormatException>(() => OpsetUpgrade.Apply(scan, 13, out _)).Message, StringComparison.Ordinal);
    }

    internal static OnnxModel Branching(int opset)
    {
        var foreign = new Foreign(opset, 1, 2);
        foreign.Weight("w", Networks.Normal(1, 2 * 64, 1), 2, 64);
        var sum = foreign.Node("ReduceMean", ["x"], "mean", ("keepdims", 0L));
        foreign.Weight("zero", [0f]);
        foreign.Branches(foreign.Node("Greater", [sum, "zero"], "positive"), "w", Networks.Normal(2, 2 * 64, 1), 2, 64);
        return foreign.Build("y");
    }

    private static OnnxModel Model(string name) => Old[name]().Build("y");

    private static Foreign With(int opset, Action<Foreign> add)
    {
        var foreign = new Foreign(opset, 1, 3, 4, 4);
        add(foreign);
        return foreign;
    }
}
