using System.Runtime.InteropServices;

namespace GreenOps.Trainer.Training;

/// <summary>Settings of the C libraries under libtorch, made before it is loaded.</summary>
internal static partial class NativeRuntime
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int Never = int.MaxValue;

    /// <summary>Makes the settings; the environment's own settings win.</summary>
    public static void Prepare()
    {
        // Waiting threads sleep instead of spin: as fast on an idle machine, faster and cheaper on a busy one. libgomp reads
        // the C environment, which Environment.SetEnvironmentVariable does not reach.
        if (SetVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0) != 0)
        {
            throw new InvalidOperationException("The C library does not let OMP_WAIT_POLICY be set.");
        }

        // Each step frees and takes the same large buffers. Kept instead of given back to the system, they cost no page
        // faults: about an eighth of the processor time of a training. Where malloc is another than glibc's, nothing changes.
        _ = SetAllocator(MapThreshold, Never);
        _ = SetAllocator(TrimThreshold, Never);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocator(int parameter, int value);
}
