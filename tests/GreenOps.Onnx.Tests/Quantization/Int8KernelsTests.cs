using System.Runtime.InteropServices;

namespace GreenOps.Onnx.Tests.Quantization;

public sealed class Int8KernelsTests
{
    [Fact]
    public void The_cpu_is_read_as_the_kernel_reads_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "Linux on x86-64 lists the flags.");
        var flags = File.ReadLines("/proc/cpuinfo").First(l => l.StartsWith("flags", StringComparison.Ordinal)).Split(' ');

        Assert.Equal(!flags.Contains("avx512_vnni") && !flags.Contains("avx_vnni"), Int8Kernels.Saturate);
    }
}
