using System.Runtime.InteropServices;
using Google.Protobuf;
using GreenOps.Server.Protocol;
using GreenOps.Server.Rpc.Messages;
using GreenOps.Server.Tensors;

namespace GreenOps.Server.Rpc;

/// <summary>Reads an inference request from its message.</summary>
internal static class RpcRequestReader
{
    /// <summary>Reads a request. Raw contents are not copied: they stay in the message.</summary>
    /// <returns>The request; the caller disposes it.</returns>
    /// <exception cref="ProtocolException">400, with a sentence that names the place and the fault.</exception>
    public static InferRequest Read(ModelInferRequest message)
    {
        var raw = message.RawInputContents;
        if (raw.Count > 0 && raw.Count != message.Inputs.Count)
        {
            throw ProtocolException.BadRequest(
                $"raw_input_contents has {raw.Count} entries and inputs {message.Inputs.Count}; send one entry for each input, in their order.");
        }

        var request = new InferRequest { Id = message.Id is { Length: > 0 } id ? id : null };
        try
        {
            ReadParameters(message, request);
            for (var index = 0; index < message.Inputs.Count; index++)
            {
                ReadInput(message.Inputs[index], raw.Count > 0 ? raw[index] : null, $"inputs[{index}]", request);
            }

            foreach (var output in message.Outputs)
            {
                ReadOutput(output, request);
            }

            return request;
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }

    private static void ReadParameters(ModelInferRequest message, InferRequest request)
    {
        var parameters = new RpcParameters(message.Parameters, "parameters");
        request.Variant = parameters.Text("variant");
        request.Timeout = parameters.Number("timeout", 1, InferRequest.LongestTimeoutMicroseconds) is { } microseconds ? TimeSpan.FromMicroseconds(microseconds) : null;
        request.Classes = (int?)parameters.Number("classification", 1, int.MaxValue);

        // Who sends raw contents reads them.
        request.BinaryOutput = parameters.Flag("binary_data_output") ?? message.RawInputContents.Count > 0;
    }

    private static void ReadInput(ModelInferRequest.Types.InferInputTensor input, ByteString? raw, string place, InferRequest request)
    {
        if (request.Inputs.Any(known => known.Name == input.Name))
        {
            throw ProtocolException.BadRequest($"Input '{input.Name}' is given twice; give it once.");
        }

        var datatype = TensorDatatype.Named(input.Datatype, place);
        long[] shape = [.. input.Shape];
        if (Array.Find(shape, dimension => dimension < 1) is var wrong && Array.Exists(shape, dimension => dimension < 1))
        {
            throw ProtocolException.BadRequest($"{place}.shape has the dimension {wrong}; a dimension is an integer of at least 1.");
        }

        request.Inputs.Add((raw, input.Contents) switch
        {
            (not null, not null) => throw ProtocolException.BadRequest($"Input '{input.Name}' has both contents and raw_input_contents; send one of them."),
            (null, null) => throw ProtocolException.BadRequest($"Input '{input.Name}' has no data; send contents or raw_input_contents."),
            ({ } bytes, null) => Wrap(input.Name, datatype, shape, bytes),
            (null, { } contents) => TypedContents.Read(input.Name, datatype, shape, contents),
        });
    }

    private static Tensor Wrap(string name, TensorDatatype datatype, long[] shape, ByteString bytes)
    {
        TensorBytes.Check(name, datatype, shape, bytes.Span);

        // Inference only reads its inputs, and the message lives as long as the call.
        return new Tensor(name, datatype, shape, MemoryMarshal.AsMemory(bytes.Memory));
    }

    private static void ReadOutput(ModelInferRequest.Types.InferRequestedOutputTensor output, InferRequest request)
    {
        if (request.Outputs.Any(known => known.Name == output.Name))
        {
            throw ProtocolException.BadRequest($"Output '{output.Name}' is asked for twice; ask once.");
        }

        var parameters = new RpcParameters(output.Parameters, $"outputs[{request.Outputs.Count}].parameters");
        request.Outputs.Add(new RequestedOutput(output.Name, null, (int?)parameters.Number("classification", 1, int.MaxValue)));
    }
}
