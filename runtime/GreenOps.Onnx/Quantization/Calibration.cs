using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Prepares the measuring of activation ranges: which tensors <see cref="StaticQuantization"/> needs, and a model that
/// gives them as outputs. Run it on samples with any runtime and feed what comes out to <see cref="TensorRange.Observe"/>
/// or <see cref="PercentileRange.Observe"/>.
/// </summary>
public static class Calibration
{
    /// <summary>The tensors that need a range, in a fixed order. Inputs of the model may be among them.</summary>
    /// <exception cref="OnnxFormatException">The model has nothing to quantize.</exception>
    public static IReadOnlyList<string> RequiredTensors(OnnxModel model, StaticQuantizationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. StaticQuantization.PlanFor(model, options ?? new()).Tensors.Values.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The layers that would be quantized, in file order, by the names that <see cref="StaticQuantizationOptions.ExcludedNodes"/> takes.</summary>
    /// <exception cref="OnnxFormatException">The model has nothing to quantize.</exception>
    public static IReadOnlyList<string> Layers(OnnxModel model, StaticQuantizationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. StaticQuantization.PlanFor(model, options ?? new()).Layers.Select(layer => layer.Name)];
    }

    /// <summary>The layers that need the range of one of some tensors.</summary>
    /// <exception cref="OnnxFormatException">The model has nothing to quantize.</exception>
    public static IReadOnlySet<string> LayersReading(OnnxModel model, IReadOnlySet<string> tensors, StaticQuantizationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tensors);
        var plan = StaticQuantization.PlanFor(model, options ?? new());
        var uses = GraphUses.Of(model.Proto.Graph);
        return plan.Layers.Where(layer => tensors.Contains(plan.Tensors[layer.Input])
            || (layer.Node.OpType == "Conv" && tensors.Contains(plan.Tensors[QuantizationPlan.AfterActivation(layer.Node.Output[0], uses)]))).Select(layer => layer.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The same model with further tensors as outputs, after those it has. A tensor that is an output already stays one.</summary>
    /// <exception cref="ArgumentException">The graph has no such tensor.</exception>
    public static OnnxModel WithExtraOutputs(OnnxModel model, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(names);
        var proto = model.CloneProto();
        var graph = proto.Graph;
        var uses = GraphUses.Of(graph);
        var known = graph.Input.Concat(graph.ValueInfo).GroupBy(v => v.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        foreach (var name in names.Except(graph.Output.Select(o => o.Name), StringComparer.Ordinal).ToList())
        {
            if (uses.Producer(name) is null && graph.Input.All(i => i.Name != name))
                throw new ArgumentException($"The graph has no tensor named '{name}'.", nameof(names));
            graph.Output.Add(known.TryGetValue(name, out var info)
                ? info.Clone()
                : new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)ElementType.Float } } });
        }

        return OnnxModel.FromProto(proto);
    }
}
