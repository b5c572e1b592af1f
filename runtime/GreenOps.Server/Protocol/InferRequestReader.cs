using System.Text;
using System.Text.Json;
using GreenOps.Server.Tensors;

namespace GreenOps.Server.Protocol;

/// <summary>
/// Reads the body of an inference request: JSON, and behind it the bytes of the tensors that the binary tensor data
/// extension sends. Elements go from the text straight into the memory that inference reads.
/// </summary>
internal static class InferRequestReader
{
    private static readonly string[] KnownNames =
        ["inputs", "name", "shape", "datatype", "data", "parameters", "outputs", "id", "binary_data_size", "binary_data_output", "binary_data", "variant", "classification", "timeout"];

    /// <summary>Reads a request.</summary>
    /// <param name="json">UTF-8 text of the JSON object.</param>
    /// <param name="binary">Little-endian data of the binary inputs, in their order; empty without the extension.</param>
    /// <returns>The request; the caller disposes it.</returns>
    /// <exception cref="ProtocolException">400, with a sentence that names the place and the fault.</exception>
    public static InferRequest Read(ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary)
    {
        var request = new InferRequest();
        try
        {
            ReadBody(json, binary, request);
            return request;
        }
        catch (JsonException error)
        {
            request.Dispose();
            throw ProtocolException.BadRequest(
                $"The body is not valid JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: {Sentence(error)}");
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader checks a string's encoding only when it is read.
            request.Dispose();
            throw ProtocolException.BadRequest("The body holds a string that is not valid Unicode.");
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }

    private static string Sentence(JsonException error) => error.Message.Split(" LineNumber:")[0];

    private static void ReadBody(ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary, InferRequest request)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        Expect(ref reader, JsonTokenType.StartObject, "The body", "", "a JSON object");
        var tail = binary;
        var sawInputs = false;
        while (NextProperty(ref reader, out var property))
        {
            switch (property)
            {
                case "id":
                    Expect(ref reader, JsonTokenType.String, "id", "", "a string");
                    request.Id = reader.GetString();
                    break;
                case "parameters":
                    ReadParameters(ref reader, request);
                    break;
                case "inputs":
                    Expect(ref reader, JsonTokenType.StartArray, "inputs", "", "an array of tensors");
                    sawInputs = true;
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        ReadInput(ref reader, json, ref tail, request);
                    }

                    break;
                case "outputs":
                    Expect(ref reader, JsonTokenType.StartArray, "outputs", "", "an array of objects with a name");
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        ReadOutput(ref reader, request);
                    }

                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        // Reading past the end makes the reader refuse text behind the object.
        reader.Read();
        if (!sawInputs)
        {
            throw ProtocolException.BadRequest("inputs is missing; send an array with one tensor per input of the model.");
        }

        if (tail.Length > 0)
        {
            throw ProtocolException.BadRequest(
                $"The body has {binary.Length} bytes behind the JSON and the inputs' binary_data_size take {binary.Length - tail.Length} of them.");
        }
    }

    private static void ReadParameters(ref Utf8JsonReader reader, InferRequest request)
    {
        Expect(ref reader, JsonTokenType.StartObject, "parameters", "", "an object");
        while (NextProperty(ref reader, out var property))
        {
            switch (property)
            {
                case "variant":
                    Expect(ref reader, JsonTokenType.String, "parameters.variant", "", "the name of a variant, a string");
                    request.Variant = reader.GetString();
                    break;
                case "classification":
                    request.Classes = ReadClasses(ref reader, "parameters.classification");
                    break;
                case "timeout":
                    request.Timeout = ReadTimeout(ref reader);
                    break;
                case "binary_data_output":
                    request.BinaryOutput = ReadBoolean(ref reader, "parameters.binary_data_output");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static TimeSpan ReadTimeout(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var microseconds) || microseconds < 1 || microseconds > InferRequest.LongestTimeoutMicroseconds)
        {
            throw ProtocolException.BadRequest($"parameters.timeout is {Quote(reader)}; it must be a number of microseconds, from 1 to {InferRequest.LongestTimeoutMicroseconds}.");
        }

        return TimeSpan.FromMicroseconds(microseconds);
    }

    private static void ReadInput(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref ReadOnlySpan<byte> tail, InferRequest request)
    {
        var place = request.Inputs.Count == 0 ? "inputs[0]" : $"inputs[{request.Inputs.Count}]";
        Expect(ref reader, JsonTokenType.StartObject, place, "", "an object with name, shape, datatype and data");
        string? name = null;
        TensorDatatype? datatype = null;
        long[]? shape = null;
        long? binaryBytes = null;
        int? dataStart = null;
        Tensor? tensor = null;
        try
        {
            while (NextProperty(ref reader, out var property))
            {
                switch (property)
                {
                    case "name":
                        Expect(ref reader, JsonTokenType.String, place, ".name", "a string");
                        name = reader.GetString();
                        break;
                    case "datatype":
                        datatype = ReadDatatype(ref reader, place);
                        break;
                    case "shape":
                        shape = ReadShape(ref reader, place);
                        break;
                    case "parameters":
                        binaryBytes = ReadBinarySize(ref reader, place);
                        break;
                    case "data":
                        Expect(ref reader, JsonTokenType.StartArray, place, ".data", "an array");
                        if (dataStart is not null)
                        {
                            throw ProtocolException.BadRequest($"{place}.data is given twice; give it once.");
                        }

                        dataStart = checked((int)reader.TokenStartIndex);
                        if (name is not null && datatype is not null && shape is not null)
                        {
                            tensor = ReadData(ref reader, name, datatype, shape, json.Length);
                        }
                        else
                        {
                            reader.Skip();
                        }

                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            if (name is null || datatype is null || shape is null)
            {
                throw ProtocolException.BadRequest(
                    $"{place} has no {(name is null ? "name" : datatype is null ? "datatype" : "shape")}; a tensor has name, shape, datatype and data.");
            }

            if (request.Inputs.Any(input => input.Name == name))
            {
                throw ProtocolException.BadRequest($"Input '{name}' is given twice; give it once.");
            }

            tensor = (dataStart, binaryBytes) switch
            {
                (not null, not null) => throw ProtocolException.BadRequest($"Input '{name}' has both data and binary_data_size; send one of them."),
                (null, null) => throw ProtocolException.BadRequest($"Input '{name}' has no data."),
                (null, { } bytes) => TakeBinary(ref tail, bytes, name, datatype, shape),
                ({ } start, null) => tensor ?? ReadDeferred(json[start..], name, datatype, shape),
            };
            request.Inputs.Add(tensor);
        }
        catch
        {
            tensor?.Dispose();
            throw;
        }
    }

    /// <summary>Reads data that stood before the datatype or the shape.</summary>
    private static Tensor ReadDeferred(ReadOnlySpan<byte> json, string name, TensorDatatype datatype, long[] shape)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return ReadData(ref reader, name, datatype, shape, json.Length);
    }

    private static Tensor ReadData(ref Utf8JsonReader reader, string name, TensorDatatype datatype, long[] shape, int textBytes)
    {
        // An element and its comma are at least two bytes of text: a shape that promises more than the body can hold
        // gets no memory, only a count for the sentence.
        var promised = Shape.Elements(shape);
        var capacity = promised <= (textBytes / 2) + 1 ? (int)promised : 0;
        var tensor = datatype.TryReadTensor(ref reader, name, shape, capacity, out var elements)
            ?? throw ProtocolException.BadRequest($"Element {elements} of input '{name}' is {Quote(reader)}, which is no {datatype.Name}.");
        if (elements != promised)
        {
            tensor.Dispose();
            throw ProtocolException.BadRequest(
                $"Input '{name}' has {elements} elements of data; its shape {Shape.Format(shape)} has {Shape.Count(promised)}.");
        }

        return tensor;
    }

    private static Tensor TakeBinary(ref ReadOnlySpan<byte> tail, long bytes, string name, TensorDatatype datatype, long[] shape)
    {
        if (bytes > tail.Length)
        {
            throw ProtocolException.BadRequest(
                $"Input '{name}' has binary_data_size {bytes} and {tail.Length} bytes are left in the body; send Inference-Header-Content-Length and all of the data.");
        }

        var data = tail[..(int)bytes];
        TensorBytes.Check(name, datatype, shape, data);
        tail = tail[data.Length..];
        return Tensor.Copy(name, datatype, shape, data);
    }

    private static TensorDatatype ReadDatatype(ref Utf8JsonReader reader, string place)
    {
        Expect(ref reader, JsonTokenType.String, place, ".datatype", "a string");
        return TensorDatatype.Named(reader.GetString()!, place);
    }

    private static long[] ReadShape(ref Utf8JsonReader reader, string place)
    {
        Expect(ref reader, JsonTokenType.StartArray, place, ".shape", "an array of integers");
        var shape = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var dimension) || dimension < 1)
            {
                throw ProtocolException.BadRequest($"{place}.shape has the dimension {Quote(reader)}; a dimension is an integer of at least 1.");
            }

            shape.Add(dimension);
        }

        return [.. shape];
    }

    private static long? ReadBinarySize(ref Utf8JsonReader reader, string place)
    {
        Expect(ref reader, JsonTokenType.StartObject, place, ".parameters", "an object");
        long? bytes = null;
        while (NextProperty(ref reader, out var property))
        {
            if (property != "binary_data_size")
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var size) || size < 0)
            {
                throw ProtocolException.BadRequest($"{place}.parameters.binary_data_size is {Quote(reader)}; it must be a number of bytes.");
            }

            bytes = size;
        }

        return bytes;
    }

    private static void ReadOutput(ref Utf8JsonReader reader, InferRequest request)
    {
        var place = request.Outputs.Count == 0 ? "outputs[0]" : $"outputs[{request.Outputs.Count}]";
        Expect(ref reader, JsonTokenType.StartObject, place, "", "an object with a name");
        string? name = null;
        bool? binary = null;
        int? classes = null;
        while (NextProperty(ref reader, out var property))
        {
            switch (property)
            {
                case "name":
                    Expect(ref reader, JsonTokenType.String, place, ".name", "a string");
                    name = reader.GetString();
                    break;
                case "parameters":
                    Expect(ref reader, JsonTokenType.StartObject, place, ".parameters", "an object");
                    while (NextProperty(ref reader, out var parameter))
                    {
                        if (parameter == "binary_data")
                        {
                            binary = ReadBoolean(ref reader, $"{place}.parameters.binary_data");
                        }
                        else if (parameter == "classification")
                        {
                            classes = ReadClasses(ref reader, $"{place}.parameters.classification");
                        }
                        else
                        {
                            reader.Skip();
                        }
                    }

                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (name is null)
        {
            throw ProtocolException.BadRequest($"{place} has no name; name an output of the model.");
        }

        if (request.Outputs.Any(output => output.Name == name))
        {
            throw ProtocolException.BadRequest($"Output '{name}' is asked for twice; ask once.");
        }

        request.Outputs.Add(new RequestedOutput(name, binary, classes));
    }

    private static int ReadClasses(ref Utf8JsonReader reader, string place) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var classes) && classes > 0
            ? classes
            : throw ProtocolException.BadRequest($"{place} is {Quote(reader)}; it must be how many classes to name, at least 1.");

    private static bool ReadBoolean(ref Utf8JsonReader reader, string place) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw ProtocolException.BadRequest($"{place} is {Quote(reader)}; it must be true or false."),
    };

    /// <summary>Moves to the value of the object's next property; false at the object's end.</summary>
    private static bool NextProperty(ref Utf8JsonReader reader, out string property)
    {
        property = "";
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        property = PropertyName(ref reader);
        reader.Read();
        return true;
    }

    /// <summary>The protocol's own names are not made anew for every request.</summary>
    private static string PropertyName(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            foreach (var known in KnownNames)
            {
                if (reader.ValueSpan.Length == known.Length && Ascii.Equals(reader.ValueSpan, known))
                {
                    return known;
                }
            }
        }

        return reader.GetString()!;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string place, string member, string expected)
    {
        if (reader.TokenType != type)
        {
            throw ProtocolException.BadRequest($"{place}{member} is {Quote(reader)}; it must be {expected}.");
        }
    }

    private static string Quote(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => $"\"{Shorten(Encoding.UTF8.GetString(reader.ValueSpan))}\"",
        _ => Shorten(Encoding.UTF8.GetString(reader.ValueSpan)),
    };

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text[..40]}...";
}
