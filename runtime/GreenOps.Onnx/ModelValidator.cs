using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>Checks what every pass and every runtime takes for granted of a model.</summary>
internal static class ModelValidator
{
    /// <exception cref="OnnxFormatException">With a sentence that names the first fault.</exception>
    public static void Validate(ModelProto model)
    {
        if (model.Graph is null)
            throw new OnnxFormatException("This is not an ONNX model: it holds no graph.");
        if (model.Graph.Output.Count == 0)
            throw new OnnxFormatException("The graph declares no outputs, so running it could give nothing.");
        foreach (var opset in model.OpsetImport)
        {
            if (opset.Version < 1)
                throw new OnnxFormatException($"The model imports version {opset.Version} of operator set '{opset.Domain}'; versions start at 1.");
        }

        var domains = model.OpsetImport.Select(opset => StandardOpset.IsStandard(opset.Domain) ? "" : opset.Domain).ToHashSet(StringComparer.Ordinal);
        if (domains.Count != model.OpsetImport.Count)
            throw new OnnxFormatException("The model imports an operator set twice.");
        // Files from before versioned operators import none and mean the first.
        if (domains.Count == 0)
            domains.Add("");
        NodeRules.Validate(model.Graph, domains);
        var free = ValidateGraph(model.Graph);
        if (free.Count > 0)
        {
            var (value, reader) = free.First();
            throw new OnnxFormatException($"{reader} reads '{value}', which nothing produces.");
        }
    }

    /// <summary>Returns the values the graph reads from the graphs around it, each with who reads it.</summary>
    private static Dictionary<string, string> ValidateGraph(GraphProto graph)
    {
        var producers = Producers(graph);
        var free = new Dictionary<string, string>(StringComparer.Ordinal);
        var reads = new List<HashSet<string>>(graph.Node.Count);
        foreach (var node in graph.Node)
            reads.Add(ValidateNode(node, free));
        foreach (var output in graph.Output)
            free.TryAdd(output.Name, $"The graph output '{output.Name}'");

        RefuseCycles(graph, producers, reads);
        foreach (var name in producers.Keys)
            free.Remove(name);
        return free;
    }

    /// <summary>Every name the graph defines, with the index of its node, or -1 for inputs and initializers.</summary>
    private static Dictionary<string, int> Producers(GraphProto graph)
    {
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var input in graph.Input)
        {
            if (input.Name.Length == 0 || !producers.TryAdd(input.Name, -1))
                throw new OnnxFormatException($"The graph input '{input.Name}' has no name of its own.");
        }

        var initialized = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in graph.Initializer)
        {
            TensorCodec.Validate(tensor);
            if (tensor.Name.Length == 0 || !initialized.Add(tensor.Name))
                throw new OnnxFormatException($"The initializer '{tensor.Name}' has no name of its own.");
            // An initializer may share its name with an input, whose default it then is.
            producers[tensor.Name] = -1;
        }

        foreach (var sparse in graph.SparseInitializer)
            producers[sparse.Values?.Name ?? ""] = -1;

        for (var i = 0; i < graph.Node.Count; i++)
        {
            foreach (var output in graph.Node[i].Output.Where(o => o.Length > 0))
            {
                if (!producers.TryAdd(output, i))
                    throw new OnnxFormatException($"The value '{output}' is produced twice, the second time by {Describe(graph.Node[i])}.");
            }
        }

        return producers;
    }

    private static HashSet<string> ValidateNode(NodeProto node, Dictionary<string, string> free)
    {
        if (node.OpType.Length == 0)
            throw new OnnxFormatException($"The node '{node.Name}' names no operator.");
        var reads = node.Input.Where(i => i.Length > 0).ToHashSet(StringComparer.Ordinal);
        foreach (var name in reads)
            free.TryAdd(name, Describe(node));
        foreach (var attribute in node.Attribute)
        {
            if (attribute.T is not null)
                TensorCodec.Validate(attribute.T);
            foreach (var tensor in attribute.Tensors)
                TensorCodec.Validate(tensor);
            foreach (var body in attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G))
            {
                foreach (var (name, reader) in ValidateGraph(body))
                {
                    reads.Add(name);
                    free.TryAdd(name, reader);
                }
            }
        }

        return reads;
    }

    /// <summary>Kahn's algorithm: whatever cannot be ordered sits on a cycle or behind one.</summary>
    private static void RefuseCycles(GraphProto graph, Dictionary<string, int> producers, List<HashSet<string>> reads)
    {
        var waitsFor = new int[graph.Node.Count];
        var consumers = new List<int>?[graph.Node.Count];
        for (var i = 0; i < reads.Count; i++)
        {
            foreach (var name in reads[i])
            {
                if (!producers.TryGetValue(name, out var producer) || producer < 0)
                    continue;
                waitsFor[i]++;
                (consumers[producer] ??= []).Add(i);
            }
        }

        var ready = new Queue<int>(Enumerable.Range(0, waitsFor.Length).Where(i => waitsFor[i] == 0));
        var ordered = 0;
        while (ready.TryDequeue(out var next))
        {
            ordered++;
            foreach (var consumer in consumers[next] ?? [])
            {
                if (--waitsFor[consumer] == 0)
                    ready.Enqueue(consumer);
            }
        }

        if (ordered < graph.Node.Count)
            throw new OnnxFormatException($"The graph has a cycle: {Describe(graph.Node[Array.FindIndex(waitsFor, w => w > 0)])} waits for its own result.");
    }

    private static string Describe(NodeProto node) => $"node '{node.Name}' ({node.OpType})";
}
