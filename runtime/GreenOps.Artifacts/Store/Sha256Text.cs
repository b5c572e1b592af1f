using System.Security.Cryptography;

namespace GreenOps.Artifacts;

/// <summary>SHA-256 digests as text.</summary>
public static class Sha256Text
{
    /// <summary>What stands before a digest that says its own algorithm.</summary>
    public const string Prefix = "sha256:";

    /// <summary>Lower-case hexadecimal SHA-256 of some bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Lower-case hexadecimal SHA-256 of a file.</summary>
    public static string OfFile(string path)
    {
        using var content = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
