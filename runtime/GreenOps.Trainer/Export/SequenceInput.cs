using GreenOps.Onnx;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Export;

/// <summary>
/// The inputs of a network over sequences: <c>sequence</c> [N, T, F] float32 and, where sequences differ in length,
/// <c>lengths</c> [N] int64, how many positions of each are there.
/// </summary>
internal sealed record SequenceInput(GraphValue Sequence, GraphValue? Lengths)
{
    /// <summary>Declares the inputs; the features come out scaled.</summary>
    public static SequenceInput Declare(GraphBuilder builder, Network network, InputForm? given)
    {
        var sequence = ExampleInput.Declare(builder, network.Shape, InputForm.Sequence, given);
        var lengths = network.Shape.VariesInLength ? builder.Input("lengths", ElementType.Int64, "N") : null;
        return new SequenceInput(NetworkExport.Scaled(builder, sequence, network), lengths);
    }
}
