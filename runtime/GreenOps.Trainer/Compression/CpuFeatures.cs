namespace GreenOps.Trainer.Compression;

/// <summary>What the processor can do that decides how a model is quantized.</summary>
internal static class CpuFeatures
{
    /// <summary>
    /// Whether the processor adds 8-bit products in 32 bits (VNNI). Without it, kernels add pairs of them in 16 bits and
    /// saturate unless weights keep to 7 bits.
    /// </summary>
    /// <param name="cpuInfo">Text of <c>/proc/cpuinfo</c>.</param>
    public static bool HasVnni(string cpuInfo) =>
        cpuInfo.Split('\n').FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?
            .Split(' ').Any(flag => flag is "avx_vnni" or "avx512_vnni") == true;
}
