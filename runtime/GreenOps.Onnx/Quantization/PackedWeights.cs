namespace GreenOps.Onnx;

/// <summary>
/// Weights of a few bits, packed into bytes in the file and unpacked by the graph. The operators that unpack read constants only,
/// so a runtime computes them once, when it loads the model, and runs at the speed of float after.
/// </summary>
internal static class PackedWeights
{
    // BitShift came with opset 11, and nothing here has changed since.
    public const int RequiredOpset = 11;

    /// <summary>The weights of a site as rows, one an output, and the order of axes that made them.</summary>
    public static (float[] Rows, int Count, int Length, long[] Dimensions, long[] Permutation) Rows(WeightSite site)
    {
        var dimensions = site.Tensor.Dims.ToArray();
        var values = TensorCodec.ReadFloats(site.Tensor);
        // A recurrent layer has its outputs on the second axis and a direction before it: both are rows as they lie.
        var lead = site.Node.OpType is "LSTM" or "GRU" or "RNN" ? 2 : 1;
        long[] permutation = lead == 2 || site.OutputAxis == 0
            ? [.. Enumerable.Range(0, dimensions.Length).Select(axis => (long)axis)]
            : [site.OutputAxis, .. Enumerable.Range(0, dimensions.Length).Where(axis => axis != site.OutputAxis).Select(axis => (long)axis)];
        var rows = Permuted(values, dimensions, permutation);
        long[] permuted = [.. permutation.Select(axis => dimensions[axis])];
        var count = (int)permuted.Take(lead).Aggregate(1L, (product, d) => product * d);
        return (rows, count, count == 0 ? 0 : rows.Length / count, permuted, permutation);
    }

    /// <summary>Replaces a constant by its packed codes and the nodes that unpack them: weight = (code - zero) x scale of its block.</summary>
    /// <param name="editor">The model.</param>
    /// <param name="site">The constant.</param>
    /// <param name="codes">A code for each element of the rows, each padded to whole blocks.</param>
    /// <param name="bits">Bits of a code: 1, 2 or 4.</param>
    /// <param name="zero">The code of zero, which may lie between two.</param>
    /// <param name="scales">A scale for each block of each row.</param>
    /// <param name="shape">Rows and blocks a row, and elements a block.</param>
    /// <param name="layout">The rows' true shape and order of axes.</param>
    public static void Replace(
        GraphEditor editor, WeightSite site, byte[] codes, int bits, float zero, float[] scales, (int Rows, int Blocks, int Block) shape, (int Length, long[] Dimensions, long[] Permutation) layout)
    {
        var name = site.Name;
        var owner = site.Owner;
        GraphEditor.RemoveConstant(owner, name);
        var perByte = 8 / bits;
        var packed = editor.Add($"{name}_packed", Pack(codes, bits), shape.Rows, shape.Blocks, shape.Block / perByte, 1);
        var shifts = editor.Add($"{name}_shifts", [.. Enumerable.Range(0, perByte).Select(i => (byte)(i * bits))], 1, 1, 1, perByte);
        var shifted = editor.Append(owner, "BitShift", [packed, shifts], $"{name}_shifted", ("direction", "RIGHT"));
        var single = editor.Append(owner, "Mod", [shifted, editor.Add($"{name}_base", [(byte)(1 << bits)])], $"{name}_codes");
        var floats = editor.Append(owner, "Cast", [single], $"{name}_floats", ("to", (long)ElementType.Float));
        var blocks = editor.Append(owner, "Reshape", [floats, Shape(shape.Rows, shape.Blocks, shape.Block)], $"{name}_blocks");
        var centred = editor.Append(owner, "Sub", [blocks, editor.Add($"{name}_zero", [zero])], $"{name}_centred");
        var last = editor.Append(owner, "Mul", [centred, editor.Add($"{name}_scales", scales, shape.Rows, shape.Blocks, 1)], $"{name}_scaled");
        if (shape.Blocks * shape.Block != layout.Length)
        {
            var padded = editor.Append(owner, "Reshape", [last, Shape(shape.Rows, shape.Blocks * shape.Block)], $"{name}_padded");
            last = editor.Append(owner, "Slice", [padded, Shape(0), Shape(layout.Length), Shape(1)], $"{name}_cut");
        }

        var isMoved = !layout.Permutation.Select((axis, i) => axis == i).All(same => same);
        var isHalf = (ElementType)site.Tensor.DataType == ElementType.Float16;
        Step("Reshape", [Shape(layout.Dimensions)], final: !isMoved && !isHalf);
        if (isMoved)
            Step("Transpose", [], final: !isHalf, ("perm", Inverse(layout.Permutation)));
        if (isHalf)
            Step("Cast", [], final: true, ("to", (long)ElementType.Float16));

        string Shape(params long[] values) => editor.Add($"{name}_shape", values, values.Length);

        void Step(string op, string[] more, bool final, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
        {
            if (final)
                editor.AppendAs(owner, name, op, [last, .. more], attributes);
            else
                last = editor.Append(owner, op, [last, .. more], $"{name}_{op}", attributes);
        }
    }

    private static byte[] Pack(byte[] codes, int bits)
    {
        var perByte = 8 / bits;
        var packed = new byte[codes.Length / perByte];
        for (var i = 0; i < codes.Length; i++)
            packed[i / perByte] |= (byte)(codes[i] << (i % perByte * bits));
        return packed;
    }

    private static long[] Inverse(long[] permutation)
    {
        var inverse = new long[permutation.Length];
        for (var i = 0; i < permutation.Length; i++)
            inverse[permutation[i]] = i;
        return inverse;
    }

    private static float[] Permuted(float[] values, long[] dimensions, long[] permutation)
    {
        if (permutation.Select((axis, i) => axis == i).All(same => same))
            return values;
        var strides = new long[dimensions.Length];
        for (var (axis, stride) = (dimensions.Length - 1, 1L); axis >= 0; stride *= dimensions[axis--])
            strides[axis] = stride;
        var result = new float[values.Length];
        var index = new long[dimensions.Length];
        var offset = 0L;
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = values[offset];
            for (var axis = index.Length - 1; axis >= 0; axis--)
            {
                var from = permutation[axis];
                offset += strides[from];
                if (++index[axis] < dimensions[from])
                    break;
                offset -= strides[from] * dimensions[from];
                index[axis] = 0;
            }
        }

        return result;
    }
}
