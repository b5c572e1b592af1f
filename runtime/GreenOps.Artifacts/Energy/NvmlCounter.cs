using System.Runtime.InteropServices;

namespace GreenOps.Artifacts;

/// <summary>
/// Energy of NVIDIA's accelerators by their own counters (NVIDIA Management Library, nvmlDeviceGetTotalEnergyConsumption; Volta
/// and newer). A container sees the accelerators that it was given, and has them to itself. The library comes with the
/// driver and is not there without one.
/// </summary>
public sealed class NvmlCounter
{
    private const double MillijoulesPerJoule = 1000;
    private const int Success = 0;

    private readonly TotalEnergy totalEnergy;
    private readonly IReadOnlyList<nint> devices;
    private readonly double[] last;
    private readonly double start;

    private NvmlCounter(TotalEnergy totalEnergy, IReadOnlyList<nint> devices)
    {
        this.totalEnergy = totalEnergy;
        this.devices = devices;
        last = new double[devices.Count];
        start = Total();
    }

    private delegate int Initialize();

    private delegate int DeviceCount(out uint count);

    private delegate int DeviceByIndex(uint index, out nint device);

    private delegate int TotalEnergy(nint device, out ulong millijoules);

    /// <summary>Opens the counters of the accelerators that this process sees.</summary>
    /// <param name="library">Name or path of the library: <c>libnvidia-ml.so.1</c>.</param>
    /// <returns>The counters; null without the library, or without an accelerator that counts.</returns>
    public static NvmlCounter? Open(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var handle))
        {
            return null;
        }

        if (Function<Initialize>(handle, "nvmlInit_v2") is not { } initialize
            || Function<DeviceCount>(handle, "nvmlDeviceGetCount_v2") is not { } deviceCount
            || Function<DeviceByIndex>(handle, "nvmlDeviceGetHandleByIndex_v2") is not { } deviceByIndex
            || Function<TotalEnergy>(handle, "nvmlDeviceGetTotalEnergyConsumption") is not { } totalEnergy
            || initialize() != Success
            || deviceCount(out var count) != Success)
        {
            return null;
        }

        List<nint> devices = [];
        for (uint index = 0; index < count; index++)
        {
            if (deviceByIndex(index, out var device) == Success && totalEnergy(device, out _) == Success)
            {
                devices.Add(device);
            }
        }

        return devices.Count > 0 ? new NvmlCounter(totalEnergy, devices) : null;
    }

    /// <summary>Joules since the counters were opened; of an accelerator that no longer answers, what it said last.</summary>
    public double Joules() => Total() - start;

    private static T? Function<T>(nint library, string name)
        where T : Delegate =>
        NativeLibrary.TryGetExport(library, name, out var address) ? Marshal.GetDelegateForFunctionPointer<T>(address) : null;

    private double Total()
    {
        lock (last)
        {
            for (var i = 0; i < last.Length; i++)
            {
                if (totalEnergy(devices[i], out var millijoules) == Success)
                {
                    last[i] = millijoules / MillijoulesPerJoule;
                }
            }

            return last.Sum();
        }
    }
}
