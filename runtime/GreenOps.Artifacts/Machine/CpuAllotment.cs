using System.Globalization;
using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>How much processor the container may use.</summary>
public static class CpuAllotment
{
    private const double MillicoresPerCore = 1000;

    /// <summary>
    /// The allotted cores: what the operator stated, else the control group's quota (cgroup v2, then v1), else the
    /// cores that the process sees.
    /// </summary>
    /// <param name="statedMillicores">Value of <see cref="EnvironmentNames.CpuMillicores"/>; null when unset.</param>
    /// <param name="cgroupRoot">Where the control group file system is mounted: <c>/sys/fs/cgroup</c>.</param>
    /// <param name="visibleCores">The cores that the process sees.</param>
    public static double Cores(string? statedMillicores, string cgroupRoot, int visibleCores) =>
        Stated(statedMillicores) ?? QuotaOfVersion2(cgroupRoot) ?? QuotaOfVersion1(cgroupRoot) ?? visibleCores;

    /// <summary>The allotted cores of this process.</summary>
    public static double Cores() =>
        Cores(Environment.GetEnvironmentVariable(EnvironmentNames.CpuMillicores), "/sys/fs/cgroup", Environment.ProcessorCount);

    private static double? Stated(string? millicores) => Positive(millicores) / MillicoresPerCore;

    /// <summary><c>cpu.max</c> holds the quota (or <c>max</c>) and the period, both in microseconds.</summary>
    private static double? QuotaOfVersion2(string root) =>
        ReadText(Path.Join(root, "cpu.max"))?.Split(' ') is [var quota, var period] ? Positive(quota) / Positive(period) : null;

    private static double? QuotaOfVersion1(string root) =>
        Positive(ReadText(Path.Join(root, "cpu", "cpu.cfs_quota_us"))) / Positive(ReadText(Path.Join(root, "cpu", "cpu.cfs_period_us")));

    private static double? Positive(string? text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;

    private static string? ReadText(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
