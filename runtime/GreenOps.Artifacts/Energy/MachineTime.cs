using System.Globalization;

namespace GreenOps.Artifacts;

/// <summary>Processor time that everything on the machine has used, as Linux tells it in <c>/proc/stat</c> (proc_stat(5)).</summary>
public static class MachineTime
{
    private const double TicksPerSecond = 100;

    /// <summary>Time that all processors together were busy since the machine started; null where it cannot be read.</summary>
    /// <param name="path">The file.</param>
    public static TimeSpan? Busy(string path = "/proc/stat")
    {
        try
        {
            // cpu user nice system idle iowait irq softirq ...: all but idle and iowait.
            return File.ReadLines(path).FirstOrDefault()?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["cpu", var user, var nice, var system, _, _, var irq, var softirq, ..]
                ? TimeSpan.FromSeconds(((string[])[user, nice, system, irq, softirq]).Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond)
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}
