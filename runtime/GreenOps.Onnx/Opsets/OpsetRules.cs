namespace GreenOps.Onnx;

/// <summary>What changed in an operator that a file has to follow. A rule returns whether it wrote anything otherwise.</summary>
internal static class OpsetRules
{
    private static readonly HashSet<string> Broadcasting = ["Add", "Sub", "Mul", "Div", "Pow", "And", "Or", "Xor", "Equal", "Greater", "Less", "PRelu"];

    private static readonly HashSet<string> ReducingByInput =
        ["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSumSquare"];

    // What wrote over its inputs, in the first operator set.
    private static readonly HashSet<string> Consuming =
    [
        "Abs", "Add", "BatchNormalization", "Ceil", "Clip", "Div", "Dropout", "Elu", "Exp", "Floor", "HardSigmoid", "InstanceNormalization", "LeakyRelu", "Log", "Max", "Mean",
        "Min", "Mul", "Neg", "PRelu", "Reciprocal", "Relu", "Selu", "Sigmoid", "Sqrt", "Sub", "Sum", "Tanh",
    ];

    /// <summary>The rules of an operator between two versions, oldest first.</summary>
    public static IEnumerable<Func<NodeUpgrade, bool>> For(string op, long from, long to) =>
        All(op).Where(rule => rule.Since > from && rule.Since <= to).OrderBy(rule => rule.Since).Select(rule => rule.Apply);

    private static IEnumerable<(int Since, Func<NodeUpgrade, bool> Apply)> All(string op)
    {
        if (Consuming.Contains(op))
            yield return (6, u => Drop(u, "consumed_inputs"));
        foreach (var rule in Named(op))
            yield return rule;
        if (Broadcasting.Contains(op))
            yield return (7, LegacyBroadcast);
        if (ReducingByInput.Contains(op))
            yield return (18, u => u.MoveInts("axes", 1));
    }

    private static IEnumerable<(int Since, Func<NodeUpgrade, bool> Apply)> Named(string op) => op switch
    {
        "Pad" => [(2, u => Rename(u, "paddings", "pads")), (11, PadByInput)],
        "Concat" => [(4, u => Default(u, "axis", 1))],
        "Reshape" => [(5, u => u.MoveInts("shape", 1))],
        "Cast" => [(6, CastByNumber)],
        "Tile" => [(6, u => throw u.Refuse("it is Tile of opset 1"))],
        "Gemm" => [(7, u => Drop(u, "broadcast"))],
        "Dropout" => [(7, u => Drop(u, "is_test")), (12, u => Drop(u, "ratio"))],
        "RNN" or "GRU" or "LSTM" => [(7, u => Drop(u, "output_sequence"))],
        "BatchNormalization" => [(7, u => Drop(u, "is_test")), (9, SpatialOnly), (14, OneResult)],
        "Scan" => [(9, u => throw u.Refuse("it is Scan of opset 8"))],
        "Upsample" => [(7, u => NodeAttributes.Floats(u.Node, "scales") is null ? throw u.Refuse("it is Upsample of opset 1") : false), (9, ScalesByInput), (10, Resize), (11, ResizeAsBefore)],
        "Resize" => [(11, ResizeAsBefore)],
        "Slice" => [(10, SliceByInput)],
        "TopK" => [(10, CountByInput)],
        "Clip" => [(11, ClipByInput)],
        "Scatter" => [(11, Scatter)],
        "Squeeze" or "Unsqueeze" or "ReduceSum" => [(13, u => u.MoveInts("axes", 1))],
        "Split" => [(13, u => u.MoveInts("split", 1)), (18, SplitCount)],
        "Softmax" or "LogSoftmax" => [(13, SoftmaxOverRest)],
        "Hardmax" => [(13, SoftmaxOverRest)],
        "RoiAlign" => [(16, u => DefaultText(u, "coordinate_transformation_mode", "output_half_pixel"))],
        "GridSample" => [(20, GridModes)],
        "DFT" => [(20, u => { var axis = NodeAttributes.Int(u.Node, "axis", 1); NodeAttributes.Remove(u.Node, "axis"); u.SetInput(2, "axis", [axis]); return true; })],
        "GroupNormalization" => [(21, u => throw u.Refuse("its scale is one a group, and became one a channel"))],
        "Affine" or "Crop" or "ImageScaler" or "ParametricSoftplus" or "ScaledTanh" or "GivenTensorFill" or "Scale" or "GRUUnit" or "DynamicSlice" or "ATen" or "ConstantFill"
            => [(9, u => throw u.Refuse("it was experimental and is gone"))],
        _ => [],
    };

    private static bool Drop(NodeUpgrade u, string attribute)
    {
        var there = NodeAttributes.Find(u.Node, attribute) is not null;
        NodeAttributes.Remove(u.Node, attribute);
        return there;
    }

    private static bool Rename(NodeUpgrade u, string from, string to)
    {
        if (NodeAttributes.Find(u.Node, from) is not { } attribute)
            return false;
        attribute.Name = to;
        return true;
    }

    private static bool Default(NodeUpgrade u, string attribute, long value)
    {
        if (NodeAttributes.Find(u.Node, attribute) is not null)
            return false;
        NodeAttributes.Set(u.Node, attribute, value);
        return true;
    }

    private static bool DefaultText(NodeUpgrade u, string attribute, string value)
    {
        if (NodeAttributes.Find(u.Node, attribute) is not null)
            return false;
        NodeAttributes.Set(u.Node, attribute, value);
        return true;
    }

    private static bool CastByNumber(NodeUpgrade u)
    {
        if (NodeAttributes.Find(u.Node, "to") is not { HasS: true } to)
            return false;
        var name = to.S.ToStringUtf8();
        if (!Enum.TryParse<ElementType>(name, ignoreCase: true, out var type))
            throw u.Refuse($"it casts to '{name}'");
        NodeAttributes.Set(u.Node, "to", (long)type);
        return true;
    }

    /// <summary>Before 7 an operator said that and where its second input is broadcast; since then shapes align at the end.</summary>
    private static bool LegacyBroadcast(NodeUpgrade u)
    {
        var axis = NodeAttributes.Find(u.Node, "axis") is { HasI: true } found ? found.I : (long?)null;
        var changed = Drop(u, "broadcast") | Drop(u, "axis");
        if (u.Node.OpType == "PRelu")
            return changed | ChannelSlopes(u);
        if (axis is not { } from)
            return changed;
        if (u.Input(0).Rank is not { } left || u.Input(1).Rank is not { } right)
            throw u.Refuse("nothing tells the shapes that it broadcasts along an axis");
        var behind = (int)(left - (from < 0 ? from + left : from) - right);
        if (behind > 0)
            u.Node.Input[1] = u.Before("Reshape", [u.Node.Input[1], u.Constant("shape", [.. Enumerable.Repeat(0L, right), .. Enumerable.Repeat(1L, behind)])], "aligned");
        return true;
    }

    /// <summary>A slope for each channel, which lie on the second axis.</summary>
    private static bool ChannelSlopes(NodeUpgrade u)
    {
        if (u.Input(1).Shape is not [{ Value: not 1 }] || u.Input(0).Rank is not { } rank || rank < 3)
            return false;
        u.Node.Input[1] = u.Before("Reshape", [u.Node.Input[1], u.Constant("shape", [-1, .. Enumerable.Repeat(1L, rank - 2)])], "slopes");
        return true;
    }

    private static bool SpatialOnly(NodeUpgrade u) =>
        NodeAttributes.Int(u.Node, "spatial", 1) == 1 ? Drop(u, "spatial") : throw u.Refuse("it normalizes every element by itself (spatial 0)");

    /// <summary>The results of a normalization that trains.</summary>
    private static bool OneResult(NodeUpgrade u)
    {
        if (u.Node.Output.Count == 1)
            return false;
        while (u.Node.Output.Count > 1)
            u.Node.Output.RemoveAt(u.Node.Output.Count - 1);
        return true;
    }

    private static bool PadByInput(NodeUpgrade u)
    {
        var value = NodeAttributes.Float(u.Node, "value", 0);
        NodeAttributes.Remove(u.Node, "value");
        u.MoveInts("pads", 1);
        if (value != 0)
            u.SetScalar(2, "value", value);
        return true;
    }

    private static bool ScalesByInput(NodeUpgrade u)
    {
        var scales = NodeAttributes.Floats(u.Node, "scales");
        if (scales is null)
            return false;
        NodeAttributes.Remove(u.Node, "scales");
        u.SetInput(1, "scales", scales, scales.Length);
        return true;
    }

    private static bool Resize(NodeUpgrade u)
    {
        u.Node.OpType = "Resize";
        return true;
    }

    /// <summary>Until 10 coordinates were only multiplied, and the nearest element was the one below.</summary>
    private static bool ResizeAsBefore(NodeUpgrade u)
    {
        if (u.Node.Input.Count < 2)
            throw u.Refuse("it has no scales");
        var scales = u.Node.Input[1];
        u.SetInput(1, "roi", Array.Empty<float>(), 0);
        u.Node.Input.Add(scales);
        NodeAttributes.Set(u.Node, "coordinate_transformation_mode", "asymmetric");
        if (NodeAttributes.Text(u.Node, "mode", "nearest") == "nearest")
            NodeAttributes.Set(u.Node, "nearest_mode", "floor");
        return true;
    }

    private static bool SliceByInput(NodeUpgrade u)
    {
        var axes = NodeAttributes.Ints(u.Node, "axes");
        u.MoveInts("starts", 1);
        u.MoveInts("ends", 2);
        if (axes is not null)
            u.MoveInts("axes", 3);
        return true;
    }

    private static bool CountByInput(NodeUpgrade u)
    {
        if (NodeAttributes.Find(u.Node, "k") is not { HasI: true } k)
            return false;
        NodeAttributes.Remove(u.Node, "k");
        u.SetInput(1, "k", [k.I], 1);
        return true;
    }

    private static bool ClipByInput(NodeUpgrade u)
    {
        var (min, max) = (NodeAttributes.Find(u.Node, "min"), NodeAttributes.Find(u.Node, "max"));
        NodeAttributes.Remove(u.Node, "min", "max");
        if (min is { HasF: true })
            u.SetScalar(1, "min", min.F);
        if (max is { HasF: true })
            u.SetScalar(2, "max", max.F);
        return true;
    }

    private static bool Scatter(NodeUpgrade u)
    {
        u.Node.OpType = "ScatterElements";
        return true;
    }

    private static bool SplitCount(NodeUpgrade u)
    {
        if (u.Node.Input.Count > 1 && u.Node.Input[1].Length > 0)
            return false;
        NodeAttributes.Set(u.Node, "num_outputs", (long)u.Node.Output.Count);
        return true;
    }

    /// <summary>
    /// Until 12 the input counted as a matrix whose columns are all axes from one on, by default the second; since then a single
    /// axis counts, by default the last.
    /// </summary>
    private static bool SoftmaxOverRest(NodeUpgrade u)
    {
        var axis = NodeAttributes.Int(u.Node, "axis", 1);
        var input = u.Input(0);
        var known = input.Rank is { } rank && (axis < 0 ? axis + rank : axis) is var first && first < rank
            && (first == rank - 1 || input.Shape!.Skip((int)first + 1).All(size => size.Value == 1));
        if (known)
        {
            // With nothing but ones behind it, one axis is as good as all from it on.
            NodeAttributes.Set(u.Node, "axis", axis);
            return true;
        }

        if (axis == -1)
            return false;
        var shape = u.Before("Shape", [u.Node.Input[0]], $"{u.Node.Output[0]}_shape");
        u.Node.Input[0] = u.Before("Flatten", [u.Node.Input[0]], $"{u.Node.Output[0]}_matrix", ("axis", axis));
        NodeAttributes.Set(u.Node, "axis", -1);
        u.Behind("Reshape", result => [result, shape]);
        return true;
    }

    private static bool GridModes(NodeUpgrade u)
    {
        var mode = NodeAttributes.Text(u.Node, "mode", "bilinear");
        NodeAttributes.Set(u.Node, "mode", mode switch { "bilinear" => "linear", "bicubic" => "cubic", _ => mode });
        return true;
    }
}
