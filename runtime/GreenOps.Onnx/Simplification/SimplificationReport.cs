namespace GreenOps.Onnx;

/// <summary>What <see cref="Simplification"/> took out of a graph.</summary>
/// <param name="Folded">Nodes whose results do not depend on the inputs, and are constants now.</param>
/// <param name="Identities">Nodes that gave what they took.</param>
/// <param name="Normalizations">Batch normalizations that went into the layer before them.</param>
/// <param name="Unread">Nodes and constants that nothing read.</param>
/// <param name="Merged">Large constants that were equal to another.</param>
public sealed record SimplificationReport(int Folded, int Identities, int Normalizations, int Unread, int Merged)
{
    /// <summary>Whether anything changed.</summary>
    public bool IsEmpty => this is { Folded: 0, Identities: 0, Normalizations: 0, Unread: 0, Merged: 0 };
}
