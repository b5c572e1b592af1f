using GreenOps.Server.Tensors;

namespace GreenOps.Server.Execution;

/// <summary>Puts the rows of several requests into the inputs of one run.</summary>
internal static class RowBatch
{
    /// <summary>One tensor per input with the rows of all requests, in their order; the caller disposes them after the run.</summary>
    public static Tensor[] Join(List<InferenceWork> batch, int rows)
    {
        var joined = new Tensor[batch[0].Inputs.Length];
        for (var input = 0; input < joined.Length; input++)
        {
            joined[input] = Join(batch, input, rows);
        }

        return joined;
    }

    private static Tensor Join(List<InferenceWork> batch, int input, int rows)
    {
        var first = batch[0].Inputs[input];
        var shape = (long[])first.Shape.Clone();
        var perRow = first.Data.Length / first.Datatype.ElementBytes / (int)shape[0];
        shape[0] = rows;
        var tensor = new Tensor(first.Name, first.Datatype, shape, perRow * rows);
        var target = tensor.Data.Span;
        foreach (var work in batch)
        {
            var source = work.Inputs[input].Data.Span;
            source.CopyTo(target);
            target = target[source.Length..];
        }

        return tensor;
    }
}
