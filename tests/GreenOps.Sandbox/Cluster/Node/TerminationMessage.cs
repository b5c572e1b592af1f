using System.Text;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>What a container leaves behind for the pod's status.</summary>
internal static class TerminationMessage
{
    private const int MaximumBytes = 4096;
    private const int MaximumTailBytes = 2048;
    private const int MaximumTailLines = 80;

    /// <summary>The first 4,096 bytes of a termination log; null when there is none or it is empty.</summary>
    public static string? Read(string file)
    {
        if (!File.Exists(file))
            return null;
        using var stream = File.OpenRead(file);
        var buffer = new byte[MaximumBytes];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length == 0 ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>The end of a log: at most 80 lines and 2,048 bytes.</summary>
    public static string? Tail(string file)
    {
        if (!File.Exists(file))
            return null;
        using var stream = File.OpenRead(file);
        stream.Position = Math.Max(PodLogs.TailOffset(stream, MaximumTailLines), stream.Length - MaximumTailBytes);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd() is { Length: > 0 } text ? text : null;
    }
}
