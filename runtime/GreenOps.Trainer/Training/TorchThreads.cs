using GreenOps.Artifacts;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>Keeps libtorch within the processor share of the container: more threads than cores only get in each other's way.</summary>
internal static class TorchThreads
{
    public static void FitToAllotment() => set_num_threads(Math.Max(1, (int)Math.Floor(CpuAllotment.Cores())));
}
