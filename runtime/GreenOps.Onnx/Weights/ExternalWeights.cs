using System.Globalization;
using Google.Protobuf;
using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>Takes weights that a model keeps in files beside it into the model itself.</summary>
public static class ExternalWeights
{
    private const string Location = "location";
    private const string Offset = "offset";
    private const string Length = "length";

    /// <summary>Reads a model whose weights may lie in other files of its folder, or of folders below it.</summary>
    /// <param name="bytes">The model file.</param>
    /// <param name="folder">The folder that it lies in. Nothing outside of it is read, links included.</param>
    /// <param name="embedded">Whether there were such weights, so that the model is another than the bytes.</param>
    /// <exception cref="OnnxFormatException">The bytes are no model, or a file of weights is missing, too short, or elsewhere.</exception>
    /// <exception cref="IOException">A file of weights cannot be read.</exception>
    public static OnnxModel Load(ReadOnlyMemory<byte> bytes, string folder, out bool embedded)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var proto = OnnxModel.ParseProto(bytes);
        var external = (proto.Graph is null ? [] : Tensors(proto.Graph)).Where(IsExternal).ToList();
        embedded = external.Count > 0;
        var room = (long)int.MaxValue - bytes.Length;
        foreach (var tensor in external)
        {
            Embed(tensor, Path.GetFullPath(folder), ref room);
        }

        return OnnxModel.FromProto(proto);
    }

    /// <summary>Loads a model from its file and from those beside it, and makes one file of them where there are such.</summary>
    /// <param name="bytes">The model's file; the whole model, should it have had weights beside it.</param>
    /// <param name="folder">The folder that the file lies in.</param>
    /// <returns>The model with all its weights.</returns>
    /// <exception cref="OnnxFormatException">As <see cref="Load"/>.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static OnnxModel LoadWhole(ref byte[] bytes, string folder)
    {
        var model = Load(bytes, folder, out var embedded);
        if (embedded)
        {
            bytes = model.ToByteArray();
        }

        return model;
    }

    private static bool IsExternal(TensorProto tensor) => tensor.DataLocation == TensorProto.Types.DataLocation.External;

    private static IEnumerable<TensorProto> Tensors(GraphProto graph) => graph.Initializer.Concat(graph.Node
        .SelectMany(node => node.Attribute)
        .SelectMany(attribute => (attribute.T is null ? attribute.Tensors : attribute.Tensors.Prepend(attribute.T))
            .Concat((attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G)).SelectMany(Tensors))));

    private static void Embed(TensorProto tensor, string folder, ref long room)
    {
        var location = Entry(tensor, Location) ?? throw new OnnxFormatException($"The tensor '{tensor.Name}' keeps its data in another file and does not say in which.");
        FileInfo file = new(ContainedPath.Resolve(folder, location)
            ?? throw new OnnxFormatException($"The tensor '{tensor.Name}' keeps its data in '{location}', which leads out of the model's folder."));
        if (!file.Exists)
            throw new OnnxFormatException($"The tensor '{tensor.Name}' keeps its data in '{location}', and there is no such file beside the model.");
        var offset = Number(tensor, Offset) ?? 0;
        var length = Number(tensor, Length) ?? file.Length - offset;
        if (offset > file.Length || length < 0 || length > file.Length - offset)
            throw new OnnxFormatException($"The tensor '{tensor.Name}' takes {length} bytes from byte {offset} of '{location}', which has {file.Length}.");
        room -= length;
        if (room < 0)
            throw new OnnxFormatException($"The model and its weights have more than {int.MaxValue} bytes, which one file cannot hold.");

        var data = new byte[length];
        using (var stream = file.OpenRead())
        {
            stream.Position = offset;
            stream.ReadExactly(data);
        }

        tensor.RawData = UnsafeByteOperations.UnsafeWrap(data);
        tensor.ExternalData.Clear();
        tensor.ClearDataLocation();
    }

    private static string? Entry(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;

    private static long? Number(TensorProto tensor, string key)
    {
        var text = Entry(tensor, key);
        return text is null ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new OnnxFormatException($"The tensor '{tensor.Name}' has the {key} '{text}', which is no number.");
    }
}
