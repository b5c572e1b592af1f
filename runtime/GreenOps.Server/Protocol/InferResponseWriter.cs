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
    /// <summary>Writes the JSON object, then the data of the binary outputs.</summary>
    /// <param name="body">Where to.</param>
    /// <param name="head">What the answer says beside its tensors.</param>
    /// <param name="outputs">The outputs, in order.</param>
    /// <param name="binary">Whether outputs are binary that do not say otherwise.</param>
    /// <returns>Bytes of the JSON object when binary data follows it; null when it is the whole body.</returns>
    public static int? Write(PooledBuffer body, InferResponseHead head, ReadOnlySpan<OutputTensor> outputs, bool binary)
    {
        using (var writer = new Utf8JsonWriter(body, JsonAnswer.WriterOptions))
        {
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
            foreach (var output in outputs)
            {
                WriteOutput(writer, output, IsBinary(output, binary));
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        var jsonBytes = body.Length;
        var anyBinary = false;
        foreach (var output in outputs)
        {
            if (IsBinary(output, binary))
            {
                anyBinary = true;
                Append(body, output.Data);
            }
        }

        return anyBinary ? jsonBytes : null;
    }

    private static bool IsBinary(in OutputTensor output, bool otherwise) => output.Binary ?? otherwise;

    private static void WriteOutput(Utf8JsonWriter writer, in OutputTensor output, bool binary)
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
    }

    private static void Append(PooledBuffer body, ReadOnlySpan<byte> data)
    {
        if (!data.IsEmpty)
        {
            data.CopyTo(body.GetSpan(data.Length));
            body.Advance(data.Length);
        }
    }
}
