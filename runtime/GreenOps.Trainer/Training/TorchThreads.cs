using GreenOps.Artifacts;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>
/// Keeps libtorch within the processor share of the container: more threads than cores only get in each other's way.
/// Another number of threads adds in another order and gives other last bits, so a stage keeps the number it began with.
/// </summary>
internal static class TorchThreads
{
    /// <summary>As many threads as whole cores are allotted, at least one.</summary>
    public static int Allotted() => Math.Max(1, (int)Math.Floor(CpuAllotment.Cores()));

    /// <summary>Computes with a number of threads from here on.</summary>
    public static void Use(int threads) => set_num_threads(threads);
}
