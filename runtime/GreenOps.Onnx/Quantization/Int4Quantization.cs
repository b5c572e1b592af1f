using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Weights of 4 bits, in blocks along the inputs that share one scale; activations stay in float. Matrix products become
/// ONNX Runtime's MatMulNBits, which multiplies the blocks as they are; other layers and embeddings are unpacked when the model is loaded.
/// The scale maps the block's largest weight to -8, so that one of the sixteen codes is not lost. Source: the block formats of
/// Dettmers and Zettlemoyer, "The case for 4-bit precision", 2023, and of MatMulNBits (com.microsoft, version 1).
/// </summary>
public static class Int4Quantization
{
    private const int Zero = 8;

    // Of fewer weights than this a scale takes more bytes than the codes save.
    private const int SmallestBlock = 4;
    private const string Domain = "com.microsoft";

    /// <summary>Quantizes the weights of the main graph and of the bodies in it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The block size is no power of two from 16.</exception>
    /// <exception cref="OnnxFormatException">The model has nothing to quantize.</exception>
    public static OnnxModel Apply(OnnxModel model, WeightQuantizationOptions options, out QuantizationReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (options.BlockSize < 16 || !int.IsPow2(options.BlockSize))
            throw new ArgumentOutOfRangeException(nameof(options), options.BlockSize, "A block is a power of two from 16.");
        if (model.OpsetVersion < PackedWeights.RequiredOpset)
            model = OpsetUpgrade.Apply(model, PackedWeights.RequiredOpset, out _);
        var editor = GraphEditor.Of(model);
        var pass = new WeightPass(options.ExcludedNodes);
        foreach (var readers in pass.Sites(editor.Graph, embeddings: true))
            Quantize(editor, readers, options.BlockSize, pass);
        pass.LeaveLargeConstants(editor);
        pass.RefuseNothing("quantize to 4 bits");
        report = pass.Report;
        return editor.Finish();
    }

    private static void Quantize(GraphEditor editor, List<WeightSite> readers, int block, WeightPass pass)
    {
        var site = readers[0];
        var (rows, count, length, dimensions, permutation) = PackedWeights.Rows(site);
        if (length < SmallestBlock)
        {
            pass.Leave(site, $"An output has {length} weights, too few to share a scale.");
            return;
        }

        var isProduct = length >= block && readers.All(IsProduct);
        if (!isProduct && rows.Length < WeightPass.SmallestCount)
        {
            pass.Leave(site, $"It has fewer than {WeightPass.SmallestCount} weights, whose scales would take the bytes that 4 bits save.");
            return;
        }

        // A short row is a block of its own; two codes fill a byte.
        block = isProduct ? block : Math.Min(block, length + (length % 2));
        var blocks = (length + block - 1) / block;
        var (codes, scales) = Codes(rows, count, length, block, blocks);
        if (isProduct)
        {
            var packed = editor.Add($"{site.Name}_int4", Packed(codes), count, blocks, block / 2);
            var blockScales = editor.Add($"{site.Name}_scales", scales, count * blocks);
            foreach (var reader in readers)
                ReplaceProduct(editor, reader, packed, blockScales, (count, length, block));
        }
        else
        {
            PackedWeights.Replace(editor, site, codes, bits: 4, Zero, scales, (count, blocks, block), (length, dimensions, permutation));
        }

        pass.Take(site);
    }

    private static (byte[] Codes, float[] Scales) Codes(float[] rows, int count, int length, int block, int blocks)
    {
        var codes = new byte[count * blocks * block];
        Array.Fill(codes, (byte)Zero);
        var scales = new float[count * blocks];
        for (var row = 0; row < count; row++)
        {
            for (var b = 0; b < blocks; b++)
            {
                var weights = rows.AsSpan((row * length) + (b * block), Math.Min(block, length - (b * block)));
                var largest = 0f;
                foreach (var weight in weights)
                    largest = Math.Abs(weight) > Math.Abs(largest) ? weight : largest;
                var scale = largest / -Zero;
                scales[(row * blocks) + b] = scale;
                if (!float.IsNormal(scale))
                    continue;
                for (var i = 0; i < weights.Length; i++)
                    codes[(((row * blocks) + b) * block) + i] = (byte)Math.Clamp(Math.Round(weights[i] / scale) + Zero, 0, 15);
            }
        }

        return (codes, scales);
    }

    private static bool IsProduct(WeightSite site) =>
        site is { Index: 1, Tensor: { Dims.Count: 2, DataType: (int)ElementType.Float } }
        && (site.Node.OpType == "MatMul"
            || (site.Node.OpType == "Gemm" && NodeAttributes.Float(site.Node, "alpha", 1) == 1 && NodeAttributes.Float(site.Node, "beta", 1) == 1 && NodeAttributes.Int(site.Node, "transA", 0) == 0));

    /// <summary>Two codes a byte, the first in the lower half.</summary>
    private static byte[] Packed(byte[] codes)
    {
        var packed = new byte[codes.Length / 2];
        for (var i = 0; i < codes.Length; i++)
            packed[i / 2] |= (byte)(codes[i] << (i % 2 * 4));
        return packed;
    }

    private static void ReplaceProduct(GraphEditor editor, WeightSite site, string packed, string scales, (int Outputs, int Inputs, int Block) shape)
    {
        var node = site.Node;
        var bias = node.OpType == "Gemm" && node.Input.Count > 2 && node.Input[2].Length > 0 ? node.Input[2] : null;
        var product = new NodeProto
        {
            OpType = "MatMulNBits",
            Domain = Domain,
            Name = editor.Fresh($"{QuantizableLayer.NameOf(node)}_int4"),
            Input = { node.Input[0], packed, scales },
        };
        NodeAttributes.Set(product, "K", (long)shape.Inputs);
        NodeAttributes.Set(product, "N", (long)shape.Outputs);
        NodeAttributes.Set(product, "bits", 4);
        NodeAttributes.Set(product, "block_size", (long)shape.Block);
        product.Output.Add(bias is null ? node.Output[0] : editor.Fresh($"{node.Output[0]}_product"));
        site.Graph.Node.Add(product);
        if (bias is not null)
            editor.AppendAs(site.Graph, node.Output[0], "Add", [product.Output[0], bias]);
        site.Graph.Node.Remove(node);
        editor.Require(Domain, 1);
    }
}
