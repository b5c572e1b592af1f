using Google.Protobuf;
using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// An ONNX model that has been checked to be well formed: every value is produced once and before it is needed,
/// and every tensor holds as much data as its shape says. It never changes; a pass takes one and returns another.
/// </summary>
public sealed class OnnxModel
{
    private readonly ModelProto _proto;

    private OnnxModel(ModelProto proto)
    {
        _proto = proto;
        var initialized = proto.Graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        Inputs = [.. proto.Graph.Input.Where(i => !initialized.Contains(i.Name)).Select(ValueDescriptions.FromProto)];
        Outputs = [.. proto.Graph.Output.Select(ValueDescriptions.FromProto)];
        Metadata = proto.MetadataProps
            .GroupBy(p => p.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.Ordinal)
            .AsReadOnly();
    }

    /// <summary>The inputs a caller must feed. Weights that old files also list as inputs are left out.</summary>
    public IReadOnlyList<ValueDescription> Inputs { get; }

    /// <summary>The outputs a caller can fetch.</summary>
    public IReadOnlyList<ValueDescription> Outputs { get; }

    /// <summary>Free text by key, as the file carries it.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The version of the standard operator set; 1 for files older than versioned operators, 0 when only other sets are used.</summary>
    public long OpsetVersion => StandardOpset.VersionOf(_proto);

    /// <summary>The graph's name, possibly empty.</summary>
    public string GraphName => _proto.Graph.Name;

    /// <summary>Reads a model file.</summary>
    /// <exception cref="OnnxFormatException">The file is no ONNX model, is damaged, or keeps its weights in other files.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var length = new FileInfo(path).Length;
        if (length > Array.MaxLength)
            throw new OnnxFormatException($"'{path}' has {length} bytes; a model in one file holds at most {Array.MaxLength}.");
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (OnnxFormatException e)
        {
            throw new OnnxFormatException($"'{path}': {e.Message}", e);
        }
    }

    /// <summary>Reads a model from its serialized form. Memory use is proportional to the length, whatever the bytes claim.</summary>
    /// <exception cref="OnnxFormatException">The bytes are no ONNX model, are damaged, or refer to weights in other files.</exception>
    public static OnnxModel Parse(ReadOnlyMemory<byte> bytes) => FromProto(ParseProto(bytes));

    /// <summary>Writes the model: into a temporary sibling first, then by one rename, so that no reader ever sees half a file.</summary>
    /// <exception cref="OnnxFormatException">The model is larger than one file can be.</exception>
    /// <exception cref="IOException">The folder does not exist or cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RefuseTooLarge();
        var full = Path.GetFullPath(path);
        var temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}");
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                _proto.WriteTo(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>The serialized form. The same model gives the same bytes.</summary>
    /// <exception cref="OnnxFormatException">The model is larger than one file can be.</exception>
    public byte[] ToByteArray()
    {
        RefuseTooLarge();
        return _proto.ToByteArray();
    }

    /// <summary>The same model with one metadata entry added or replaced.</summary>
    public OnnxModel WithMetadata(string key, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(value);
        var proto = CloneProto();
        var others = proto.MetadataProps.Where(p => p.Key != key).ToList();
        proto.MetadataProps.Clear();
        proto.MetadataProps.AddRange(others);
        proto.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return FromProto(proto);
    }

    /// <summary>The message that some bytes hold, not checked any further.</summary>
    /// <exception cref="OnnxFormatException">They hold none.</exception>
    internal static ModelProto ParseProto(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new OnnxFormatException($"This is not an ONNX model, or it is cut short or damaged: {e.Message}", e);
        }
    }

    /// <summary>Takes ownership of the message: nobody may change it afterwards.</summary>
    internal static OnnxModel FromProto(ModelProto proto)
    {
        ModelValidator.Validate(proto);
        return new OnnxModel(proto);
    }

    private void RefuseTooLarge()
    {
        var bytes = _proto.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length);
        if (bytes > int.MaxValue)
            throw new OnnxFormatException($"The model's weights have {bytes} bytes, and one ONNX file holds at most {int.MaxValue}.");
    }

    /// <summary>A deep copy for a pass to change.</summary>
    internal ModelProto CloneProto() => _proto.Clone();

    /// <summary>The message itself, for reading only.</summary>
    internal ModelProto Proto => _proto;
}
