using GreenOps.Onnx.Proto;
using static GreenOps.Onnx.Proto.AttributeProto.Types;

namespace GreenOps.Onnx;

/// <content>Parts of a graph that run or do not, and operators whose shapes the caller follows.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Adds any operator with one result whose type and shape the caller knows.</summary>
    /// <param name="op">The operator's name, such as <c>Range</c>.</param>
    /// <param name="inputs">Its inputs in order; null leaves an optional one out.</param>
    /// <param name="elementType">The type of the result.</param>
    /// <param name="shape">The shape of the result; null when even the rank is unknown.</param>
    /// <param name="attributes">Its attributes by name.</param>
    /// <param name="name">The node's name; null for a fresh one.</param>
    /// <exception cref="ArgumentException">An input belongs to another builder, or the name is taken.</exception>
    public GraphValue Shaped(
        string op,
        IReadOnlyList<GraphValue?> inputs,
        ElementType elementType,
        IReadOnlyList<Dimension>? shape = null,
        IReadOnlyDictionary<string, AttributeValue>? attributes = null,
        string? name = null)
    {
        var node = AddNode(op, inputs, attributes, name);
        var output = FreeName(node.Name);
        node.Output.Add(output);
        return DefineResult(output, elementType, shape);
    }

    /// <summary>
    /// One of two values; what only the other needs is not computed. Branches may use every value that was made before, and
    /// constants made in them belong to the whole graph; other values made in a branch are its own.
    /// </summary>
    /// <param name="condition">A boolean scalar.</param>
    /// <param name="then">Builds the value where the condition holds; it must be the result of a node that it adds.</param>
    /// <param name="otherwise">Builds the value where it does not; likewise.</param>
    /// <param name="name">The node's name; null for a fresh one.</param>
    /// <returns>The value, with the type and shape of the first branch's.</returns>
    public GraphValue If(GraphValue condition, Func<GraphValue> then, Func<GraphValue> otherwise, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(then);
        ArgumentNullException.ThrowIfNull(otherwise);
        Own(condition);
        var (thenGraph, value) = Branch("then", then);
        var (otherwiseGraph, _) = Branch("else", otherwise);
        var node = AddNode("If", [condition], null, name);
        node.Attribute.Add(new AttributeProto { Name = "then_branch", Type = AttributeType.Graph, G = thenGraph });
        node.Attribute.Add(new AttributeProto { Name = "else_branch", Type = AttributeType.Graph, G = otherwiseGraph });
        var output = FreeName(node.Name);
        node.Output.Add(output);
        return DefineResult(output, value.ElementType, value.Shape);
    }

    private (GraphProto Graph, GraphValue Value) Branch(string name, Func<GraphValue> build)
    {
        var around = _branch;
        var graph = new GraphProto { Name = name };
        _branch = graph;
        try
        {
            var value = Own(build());
            if (!graph.Node.Any(node => node.Output.Contains(value.Name)))
                throw new ArgumentException($"The branch '{name}' gives '{value.Name}', which no node of it makes.", nameof(build));
            graph.Output.Add(ValueDescriptions.ToProto(Describe(value)));
            return (graph, value);
        }
        finally
        {
            _branch = around;
        }
    }
}
