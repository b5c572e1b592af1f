using System.Globalization;
using System.Text.RegularExpressions;

namespace GreenOps.Artifacts;

/// <summary>
/// Energy of the processor packages by their own counters: Running Average Power Limit, as Linux shows it in
/// <c>/sys/class/powercap</c> (Documentation/power/powercap in the kernel). Domains inside a package (cores, memory) are
/// part of it or overlap with it and are not read.
/// </summary>
public sealed partial class RaplCounter
{
    private const double MicrojoulesPerJoule = 1e6;

    private readonly IReadOnlyList<Package> packages;
    private long microjoules;

    private RaplCounter(IReadOnlyList<Package> packages) => this.packages = packages;

    /// <summary>Opens the counters of a machine.</summary>
    /// <param name="root">Where the powercap class is: <c>/sys/class/powercap</c>.</param>
    /// <param name="fault">In a sentence why there is nothing to read; null when there is something.</param>
    /// <returns>The counters; null when there are none, or they may not be read.</returns>
    public static RaplCounter? Open(string root, out string? fault)
    {
        try
        {
            var folders = Directory.Exists(root)
                ? Directory.GetDirectories(root).Where(folder => Domain().IsMatch(Path.GetFileName(folder))).Order(StringComparer.Ordinal)
                : Enumerable.Empty<string>();
            List<Package> packages = [.. folders.Where(IsPackage).Select(folder => new Package(folder))];
            fault = packages.Count > 0 ? null : $"there is no package domain of RAPL in {root}";
            return packages.Count > 0 ? new RaplCounter(packages) : null;
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            fault = $"RAPL may not be read ({error.Message} Since Linux 5.10 its counters are for root: let the container's user read energy_uj)";
            return null;
        }
    }

    /// <summary>Joules since the counters were opened. To be read more often than the counters wrap: every few minutes at least.</summary>
    /// <returns>Whether they could be read; if not, <paramref name="joules"/> is what was read last.</returns>
    public bool TryRead(out double joules)
    {
        try
        {
            foreach (var package in packages)
            {
                microjoules += package.Advance();
            }

            return true;
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            return false;
        }
        finally
        {
            joules = microjoules / MicrojoulesPerJoule;
        }
    }

    /// <summary>A domain named <c>psys</c> stands for the whole platform, packages included, and is none.</summary>
    private static bool IsPackage(string folder) =>
        File.ReadAllText(Path.Join(folder, "name")).StartsWith("package", StringComparison.Ordinal);

    private static bool IsUnreadable(Exception error) => error is IOException or UnauthorizedAccessException or FormatException or OverflowException;

    [GeneratedRegex(@"^intel-rapl:\d+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Domain();

    /// <summary>One counter, which begins anew at zero after its greatest value.</summary>
    private sealed class Package
    {
        private readonly string file;
        private readonly long range;
        private long last;

        public Package(string folder)
        {
            file = Path.Join(folder, "energy_uj");
            range = Read(Path.Join(folder, "max_energy_range_uj"));
            last = Read(file);
        }

        /// <summary>Microjoules since the last time.</summary>
        public long Advance()
        {
            var now = Read(file);
            var used = now >= last ? now - last : range - last + now;
            last = now;
            return used;
        }

        private static long Read(string path) => long.Parse(File.ReadAllText(path), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }
}
