using System.Runtime.CompilerServices;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Tests.Fixtures;

/// <summary>Lets waiting threads sleep in the tests too, as the program does: beside other tests they would spin for minutes.</summary>
internal static class QuietThreads
{
    [ModuleInitializer]
    internal static void Prepare() => NativeRuntime.Prepare();
}
