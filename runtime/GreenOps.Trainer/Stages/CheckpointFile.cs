using System.Security.Cryptography;
using GreenOps.Artifacts;
using GreenOps.Contract;

namespace GreenOps.Trainer.Stages;

/// <summary>The file in which a stage keeps its checkpoint: the content, then the SHA-256 of it.</summary>
internal sealed partial class CheckpointFile
{
    private readonly string path;
    private readonly ILogger logger;

    /// <summary>The checkpoint of a stage.</summary>
    public CheckpointFile(FileStore store, StageSpec spec, ILogger logger)
    {
        path = Path.Join(store.CheckpointFolder(spec), "checkpoint.bin");
        this.logger = logger;
    }

    /// <summary>Puts a checkpoint in the place of the last one, whole or not at all.</summary>
    public void Write(byte[] content) => AtomicFile.Write(path, [.. content, .. SHA256.HashData(content)]);

    /// <summary>The last checkpoint; null when there is none, or none that is whole, so that the stage begins anew.</summary>
    public byte[]? Read()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        var length = bytes.Length - SHA256.HashSizeInBytes;
        if (length >= 0 && SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length)))
        {
            return bytes[..length];
        }

        LogDamaged(path);
        return null;
    }

    [LoggerMessage(LogLevel.Warning, "The checkpoint {Path} is damaged; the stage begins anew")]
    private partial void LogDamaged(string path);
}
