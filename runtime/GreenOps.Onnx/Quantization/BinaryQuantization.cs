namespace GreenOps.Onnx;

/// <summary>
/// Weights of one bit: the sign, times one scale an output channel, the mean of its weights' absolute values. Source: Rastegari,
/// Ordonez, Redmon and Farhadi, "XNOR-Net", 2016 (binary weights). In the file eight weights take a byte. A network that was not
/// trained for it loses most of its accuracy; one that was, whose weights are plus or minus one number a channel, none.
/// </summary>
public static class BinaryQuantization
{
    private const int BitsAByte = 8;

    /// <summary>Packs the weights of the main graph and of the bodies in it.</summary>
    /// <exception cref="OnnxFormatException">The model has nothing to pack.</exception>
    public static OnnxModel Apply(OnnxModel model, WeightQuantizationOptions options, out QuantizationReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (model.OpsetVersion < PackedWeights.RequiredOpset)
            model = OpsetUpgrade.Apply(model, PackedWeights.RequiredOpset, out _);
        var editor = GraphEditor.Of(model);
        var pass = new WeightPass(options.ExcludedNodes);
        var sites = pass.Sites(editor.Graph).ConvertAll(readers => readers[0]);
        for (var i = 0; i < sites.Count; i++)
        {
            if (options.KeepEnds && sites.Count > 1 && (i == 0 || i == sites.Count - 1))
                pass.Leave(sites[i], i == 0 ? "It is the first layer, which loses most." : "It is the last layer, which loses most.");
            else
                Pack(editor, sites[i], pass);
        }

        pass.LeaveLargeConstants(editor);
        pass.RefuseNothing("reduce to one bit");
        report = pass.Report;
        return editor.Finish();
    }

    private static void Pack(GraphEditor editor, WeightSite site, WeightPass pass)
    {
        var (rows, count, length, dimensions, permutation) = PackedWeights.Rows(site);
        if (length < BitsAByte)
        {
            pass.Leave(site, $"An output has {length} weights, fewer than the bits of a byte.");
            return;
        }

        var padded = (length + BitsAByte - 1) / BitsAByte * BitsAByte;
        var codes = new byte[count * padded];
        var scales = new float[count];
        for (var row = 0; row < count; row++)
        {
            var weights = rows.AsSpan(row * length, length);
            var sum = 0d;
            for (var i = 0; i < length; i++)
            {
                sum += Math.Abs((double)weights[i]);
                codes[(row * padded) + i] = weights[i] >= 0 ? (byte)1 : (byte)0;
            }

            // A code counts as -1/2 or 1/2.
            scales[row] = (float)(2 * sum / length);
        }

        PackedWeights.Replace(editor, site, codes, bits: 1, zero: 0.5f, scales, (count, 1, padded), (length, dimensions, permutation));
        pass.Take(site);
    }
}
