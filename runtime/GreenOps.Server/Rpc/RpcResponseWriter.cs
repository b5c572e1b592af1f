using Google.Protobuf;
using GreenOps.Server.Inference;
using GreenOps.Server.Protocol;
using GreenOps.Server.Rpc.Messages;

namespace GreenOps.Server.Rpc;

/// <summary>Writes the message of an inference response.</summary>
internal static class RpcResponseWriter
{
    /// <summary>Writes the outputs: raw when the client wants them so, or when one has a datatype that only travels raw.</summary>
    /// <param name="head">What the answer says beside its tensors.</param>
    /// <param name="outputs">The outputs, in order.</param>
    /// <param name="raw">Whether the client wants raw contents.</param>
    public static ModelInferResponse Write(InferResponseHead head, ReadOnlySpan<OutputTensor> outputs, bool raw)
    {
        var response = new ModelInferResponse
        {
            ModelName = head.Model,
            ModelVersion = head.Version,
            Id = head.Id ?? "",
            Parameters = { ["variant"] = new InferParameter { StringParam = head.Variant } },
        };
        foreach (var output in outputs)
        {
            raw |= !TypedContents.Carry(output.Datatype);
        }

        foreach (var output in outputs)
        {
            var tensor = new ModelInferResponse.Types.InferOutputTensor { Name = output.Name, Datatype = output.Datatype.Name, Shape = { output.Shape } };
            if (raw)
            {
                response.RawOutputContents.Add(ByteString.CopyFrom(output.Data));
            }
            else
            {
                tensor.Contents = TypedContents.Write(output.Datatype, output.Data);
            }

            response.Outputs.Add(tensor);
        }

        return response;
    }
}
