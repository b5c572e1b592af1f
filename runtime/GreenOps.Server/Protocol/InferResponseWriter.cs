using System.Buffers;
using System.Text.Json;
using GreenOps.Server.Inference;

namespace GreenOps.Server.Protocol;

/// <summary>What an answer says beside its tensors.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Variant">The variant that answered.</param>
/// <param name="Id">The request's id; null when it had none.</param>
internal sealed record InferResponseHead(string Model, string Version, string Variant, string? Id);

/// <summary>Writes the body of an inference response.</summary>
internal static class InferResponseWriter
{
    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Writes the JSON object.</summary>
    /// <param name="body">Where to.</param>
    /// <param name="head">What the answer says beside its tensors.</param>
    /// <param name="outputs">The outputs, in order.</param>
    /// <param name="binary">Whether outputs are binary that do not say otherwise.</param>
    /// <returns>Bytes of the binary data that is to follow; null when the object is the whole body.</returns>
    public static long? WriteJson(PooledBuffer body, InferResponseHead head, ReadOnlySpan<OutputTensor> outputs, bool binary)
    {
        long? follows = null;
        var writer = _writer ??= new Utf8JsonWriter(body, JsonAnswer.WriterOptions);
        writer.Reset(body);
        writer.WriteStartObject();
        writer.WriteString("model_name"u8, head.Model);
        writer.WriteString("model_version"u8, head.Version);
        if (head.Id is not null)
        {
            writer.WriteString("id"u8, head.Id);
        }

        writer.WriteStartObject("parameters"u8);
        writer.WriteString("variant"u8, head.Variant);
        writer.WriteEndObject();
        writer.WriteStartArray("outputs"u8);
        foreach (ref readonly var output in outputs)
        {
            var bytes = WriteOutput(writer, output, IsBinary(output, binary));
            follows = bytes is null ? follows : (follows ?? 0) + bytes;
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return follows;
    }

    /// <summary>Writes the data of the binary outputs, in order.</summary>
    public static void WriteBinary(IBufferWriter<byte> body, ReadOnlySpan<OutputTensor> outputs, bool binary)
    {
        foreach (ref readonly var output in outputs)
        {
            if (IsBinary(output, binary))
            {
                body.Write(output.Data);
            }
        }
    }

    private static bool IsBinary(in OutputTensor output, bool otherwise) => output.Binary ?? otherwise;

    /// <summary>Writes an output; its bytes when they are to follow the object.</summary>
    private static long? WriteOutput(Utf8JsonWriter writer, in OutputTensor output, bool binary)
    {
        var data = output.Data;
        writer.WriteStartObject();
        writer.WriteString("name"u8, output.Name);
        writer.WriteString("datatype"u8, output.Datatype.Name);
        writer.WriteStartArray("shape"u8);
        foreach (var dimension in output.Shape)
        {
            writer.WriteNumberValue(dimension);
        }

        writer.WriteEndArray();
        if (binary)
        {
            writer.WriteStartObject("parameters"u8);
            writer.WriteNumber("binary_data_size"u8, data.Length);
            writer.WriteEndObject();
        }
        else
        {
            writer.WritePropertyName("data"u8);
            output.Datatype.WriteArray(writer, data);
        }

        writer.WriteEndObject();
        return binary ? data.Length : null;
    }
}
