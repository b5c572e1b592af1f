using System.Globalization;

namespace GreenOps.Benchmarks.Operators;

/// <summary>What a process has used so far, from <c>/proc</c>.</summary>
/// <param name="PeakBytes">The most memory it ever had resident (VmHWM).</param>
/// <param name="ResidentBytes">The memory it has resident now (VmRSS).</param>
/// <param name="Processor">Its processor time, user and system.</param>
internal sealed record ProcessUse(long PeakBytes, long ResidentBytes, TimeSpan Processor)
{
    // Linux reports processor times to programs in hundredths of a second on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    public static ProcessUse Of(int process)
    {
        var status = File.ReadAllLines($"/proc/{process}/status");
        // The second field, the program's name in parentheses, may hold blanks.
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ');
        return new ProcessUse(
            Bytes(status, "VmHWM:"),
            Bytes(status, "VmRSS:"),
            TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond));
    }

    private static long Bytes(string[] status, string name) =>
        Number(status.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
