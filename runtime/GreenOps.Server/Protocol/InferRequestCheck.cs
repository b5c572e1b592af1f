using GreenOps.Server.Execution;
using GreenOps.Server.Tensors;

namespace GreenOps.Server.Protocol;

/// <summary>Compares a request with what the model takes and gives.</summary>
internal static class InferRequestCheck
{
    /// <summary>Throws the first contradiction as a sentence.</summary>
    /// <exception cref="ProtocolException">400.</exception>
    public static void Check(InferRequest request, ModelSignature signature)
    {
        foreach (var input in request.Inputs)
        {
            CheckInput(input, signature);
        }

        if (signature.Inputs.FirstOrDefault(expected => request.Inputs.All(input => input.Name != expected.Name)) is { } missing)
        {
            throw ProtocolException.BadRequest(
                $"Input '{missing.Name}' is missing; the model takes {Names(signature.Inputs)}.");
        }

        if (request.Outputs.FirstOrDefault(output => signature.Outputs.All(known => known.Name != output.Name)) is { } unknown)
        {
            throw ProtocolException.BadRequest(
                $"The model has no output '{unknown.Name}'; it gives {Names(signature.Outputs)}.");
        }
    }

    private static void CheckInput(Tensor input, ModelSignature signature)
    {
        var expected = signature.Inputs.FirstOrDefault(candidate => candidate.Name == input.Name)
            ?? throw ProtocolException.BadRequest($"The model has no input '{input.Name}'; it takes {Names(signature.Inputs)}.");
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
