using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>Reads and replaces the constant tensors of a model, whichever of the wire forms they are stored in.</summary>
public static class ModelWeights
{
    /// <summary>The constant tensors of the main graph: initializers in file order, then the results of Constant nodes.</summary>
    public static IReadOnlyList<TensorDescription> List(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. Tensors(model.Proto.Graph).Select(t => new TensorDescription(t.Name, (ElementType)t.Tensor.DataType, [.. t.Tensor.Dims]))];
    }

    /// <summary>The elements of a float32 or float16 tensor in row-major order.</summary>
    /// <exception cref="ArgumentException">The model has no such tensor.</exception>
    /// <exception cref="OnnxFormatException">The tensor holds another type.</exception>
    public static float[] Read(OnnxModel model, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TensorCodec.ReadFloats(Find(model.Proto, name));
    }

    /// <summary>The same model with the elements of some float32 or float16 tensors replaced; shapes and types stay.</summary>
    /// <exception cref="ArgumentException">The model has no such tensor, or the number of values differs from the tensor's.</exception>
    /// <exception cref="OnnxFormatException">A tensor holds another type.</exception>
    public static OnnxModel Write(OnnxModel model, IReadOnlyDictionary<string, float[]> tensors)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tensors);
        var proto = model.CloneProto();
        foreach (var (name, values) in tensors)
            TensorCodec.WriteFloats(Find(proto, name), values);
        return OnnxModel.FromProto(proto);
    }

    private static TensorProto Find(ModelProto proto, string name) =>
        Tensors(proto.Graph).FirstOrDefault(t => t.Name == name).Tensor
        ?? throw new ArgumentException($"The model has no constant tensor named '{name}'.", nameof(name));

    private static IEnumerable<(string Name, TensorProto Tensor)> Tensors(GraphProto graph) =>
    [
        .. graph.Initializer.Select(t => (t.Name, t)),
        .. graph.Node.Where(n => StandardOpset.Is(n, "Constant") && n.Output.Count == 1 && NodeAttributes.Find(n, "value")?.T is not null)
            .Select(n => (n.Output[0], NodeAttributes.Find(n, "value")!.T)),
    ];
}
