using GreenOps.Server.Execution;
using GreenOps.Server.Tensors;

namespace GreenOps.Server.Protocol;

/// <summary>Compares a request with what the model takes and gives.</summary>
internal static class InferRequestCheck
{
    /// <summary>Throws the first contradiction as a sentence.</summary>
    /// <returns>One tensor per input of the model, in the model's order.</returns>
    /// <exception cref="ProtocolException">400.</exception>
    public static Tensor[] Check(InferRequest request, ModelSignature signature)
    {
        var ordered = new Tensor?[signature.Inputs.Count];
        foreach (var input in request.Inputs)
        {
            ordered[Place(input, signature)] = input;
        }

        if (Array.IndexOf(ordered, null) is >= 0 and var missing)
        {
            throw ProtocolException.BadRequest(
                $"Input '{signature.Inputs[missing].Name}' is missing; the model takes {Names(signature.Inputs)}.");
        }

        foreach (var output in request.Outputs)
        {
            if (!signature.Outputs.Any(known => known.Name == output.Name))
            {
                throw ProtocolException.BadRequest($"The model has no output '{output.Name}'; it gives {Names(signature.Outputs)}.");
            }
        }

        return ordered!;
    }

    private static int Place(Tensor input, ModelSignature signature)
    {
        for (var index = 0; index < signature.Inputs.Count; index++)
        {
            if (signature.Inputs[index].Name == input.Name)
            {
                Check(input, signature.Inputs[index]);
                return index;
            }
        }

        throw ProtocolException.BadRequest($"The model has no input '{input.Name}'; it takes {Names(signature.Inputs)}.");
    }

    private static void Check(Tensor input, TensorSignature expected)
    {
        if (input.Datatype != expected.Datatype)
        {
            throw ProtocolException.BadRequest(
                $"Input '{input.Name}' has datatype {input.Datatype.Name}; the model takes {expected.Datatype.Name}.");
        }

        if (!Shape.Fits(input.Shape, expected.Shape))
        {
            throw ProtocolException.BadRequest(
                $"Input '{input.Name}' has shape {Shape.Format(input.Shape)}; the model takes {Shape.Format(expected.Shape)}.");
        }
    }

    private static string Names(IEnumerable<TensorSignature> tensors) =>
        string.Join(", ", tensors.Select(tensor => $"'{tensor.Name}'"));
}
