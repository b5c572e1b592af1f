using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>
/// A network that can be trained, stored, compressed and exported. It takes examples [n, ...] float32 and, where these
/// differ in length, the length of each [n] int64, and gives [n, outputs]: logits of classes, or values.
/// </summary>
/// <param name="name">Name of the module.</param>
/// <param name="shape">What it takes and gives.</param>
public abstract class Network(string name, NetworkShape shape) : nn.Module<Tensor, Tensor?, Tensor>(name)
{
    /// <summary>What it takes and gives.</summary>
    public NetworkShape Shape { get; } = shape;

    /// <summary>Weights that pruning may remove, biases left out, each by the name that it has in the ONNX file.</summary>
    public abstract IReadOnlyList<(string Name, Parameter Weight)> Weights { get; }

    /// <summary>What the network gives for a batch.</summary>
    public Tensor Outputs(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return call(batch.Inputs, batch.Lengths);
    }

    /// <summary>What every classifier gives, first to last: one for a network that is left at its end only. Training minimizes the loss of all.</summary>
    public virtual IReadOnlyList<Tensor> AllOutputs(Batch batch) => [Outputs(batch)];

    /// <summary>Share of the prunable weights that are exactly zero, in [0, 1].</summary>
    public double Sparsity()
    {
        using var without = no_grad();
        using var scope = NewDisposeScope();
        return (double)Weights.Sum(weight => weight.Weight.eq(0).sum().ToInt64()) / Weights.Sum(weight => weight.Weight.numel());
    }

    /// <summary>The parameters as bytes, in TorchSharp's format.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        save(stream);
        return stream.ToArray();
    }

    /// <summary>Takes over parameters that <see cref="ToBytes"/> wrote.</summary>
    public void FromBytes(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        load(stream);
    }
}
