using GreenOps.Server.Execution;

namespace GreenOps.Server.Telemetry;

/// <summary>What this process has used since it started.</summary>
internal static class ProcessTotals
{
    /// <summary>The busy window over this process and its inference slots.</summary>
    public static BusyWindow CreateWindow(ServerOptions options, InferenceSlots slots, TimeProvider time) =>
        new(options.Cores, slots.Count, () => new BusySample(time.GetTimestamp(), Environment.CpuUsage.TotalTime, slots.OccupiedTime), time);
}
