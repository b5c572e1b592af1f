namespace GreenOps.Onnx;

/// <summary>
/// Weights of 8 bits and a scale an output in the file, made floats again when the model is loaded: a quarter of the bytes, float's
/// speed, and nothing to observe. It takes what no integer kernel does: recurrent layers, transposed convolutions, products with the constant
/// on the left or in batches, embeddings, and what lies in branches and loops. A Cast and a Mul make the floats: ONNX Runtime folds these
/// two, and computes a DequantizeLinear over a constant in every run. Arithmetic and sources: <see cref="AffineQuantizer"/>.
/// </summary>
internal static class Int8Weights
{
    /// <summary>Quantizes what is in float still, in the main graph and the bodies in it.</summary>
    public static void Apply(GraphEditor editor, WeightPass pass)
    {
        foreach (var readers in pass.Sites(editor.Graph, embeddings: true))
        {
            if (TensorCodec.ElementCount(readers[0].Tensor) >= WeightPass.SmallestCount)
            {
                Replace(editor, readers[0]);
                pass.TakeWeights(readers);
                continue;
            }

            foreach (var site in readers)
                pass.LeaveWeights(site, $"It has fewer than {WeightPass.SmallestCount} weights, whose scales would take the bytes that 8 bits save.");
        }

        pass.LeaveLargeConstants(editor);
    }

    private static void Replace(GraphEditor editor, WeightSite site)
    {
        var (name, owner, dimensions) = (site.Name, site.Owner, site.Tensor.Dims.ToArray());
        var scaled = ScaledAxes(site);
        var channels = scaled.Aggregate(1L, (product, axis) => product * dimensions[axis]);
        var stride = dimensions.Skip(scaled[^1] + 1).Aggregate(1L, (product, d) => product * d);
        var quantized = AffineQuantizer.Weights(
            TensorCodec.ReadFloats(site.Tensor), (int)channels, (int)stride, perChannel: true, sbyte.MaxValue, bias: null, inputScale: 1);
        GraphEditor.RemoveConstant(owner, name);
        var integers = editor.Add($"{name}_int8", quantized.Values, dimensions);
        var scales = editor.Add($"{name}_scales", quantized.Scales, [.. dimensions.Select((d, axis) => scaled.Contains(axis) ? d : 1)]);
        var floats = editor.Append(owner, "Cast", [integers], $"{name}_floats", ("to", (long)ElementType.Float));
        if ((ElementType)site.Tensor.DataType == ElementType.Float)
            editor.AppendAs(owner, name, "Mul", [floats, scales]);
        else
            editor.AppendAs(owner, name, "Cast", [editor.Append(owner, "Mul", [floats, scales], $"{name}_scaled")], ("to", (long)site.Tensor.DataType));
    }

    /// <summary>A recurrent layer has a scale for each output of each direction; the others for each output.</summary>
    private static int[] ScaledAxes(WeightSite site) => site.Node.OpType is "LSTM" or "GRU" or "RNN" ? [0, 1] : [site.OutputAxis];
}
