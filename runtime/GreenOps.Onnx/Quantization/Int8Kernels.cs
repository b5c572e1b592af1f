using System.Runtime.Intrinsics.X86;

namespace GreenOps.Onnx;

/// <summary>What this machine's CPU does with 8-bit products.</summary>
public static class Int8Kernels
{
    /// <summary>
    /// Whether products of 8-bit activations and 8-bit weights can saturate: true on x86 without VNNI (CPUID leaf 7, Intel
    /// Software Developer's Manual volume 2), where <see cref="StaticQuantizationOptions.ReduceRange"/> is needed.
    /// </summary>
    public static bool Saturate { get; } = X86Base.IsSupported && !HasVnni();

    private static bool HasVnni()
    {
        if (X86Base.CpuId(0, 0).Eax < 7)
            return false;
        var features = X86Base.CpuId(7, 0);
        var avx512Vnni = (features.Ecx & (1 << 11)) != 0;
        // The highest subleaf of leaf 7 is what its EAX holds.
        var avxVnni = features.Eax >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 4)) != 0;
        return avx512Vnni || avxVnni;
    }
}
