using System.Runtime.CompilerServices;

namespace GreenOps.Trainer.Tests.Fixtures;

/// <summary>Networks as small as these gain nothing by a second thread, which only spins while it waits.</summary>
internal static class OneThread
{
    [ModuleInitializer]
    internal static void Use()
    {
        Environment.SetEnvironmentVariable(EnvironmentNames.CpuMillicores, "1000");
        TorchSharp.torch.set_num_threads(1);
    }
}
