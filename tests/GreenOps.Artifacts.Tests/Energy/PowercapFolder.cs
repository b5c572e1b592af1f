using System.Globalization;

namespace GreenOps.Artifacts.Tests.Energy;

/// <summary>Files that stand for <c>/sys/class/powercap</c>.</summary>
internal sealed class PowercapFolder : IDisposable
{
    public const long Range = 1_000_000_000;

    public PowercapFolder(params string[] domains)
    {
        foreach (var domain in domains)
        {
            var folder = Directory.CreateDirectory(Path.Join(Root, domain)).FullName;
            File.WriteAllText(Path.Join(folder, "name"), domain.Count(character => character == ':') == 1 ? $"package-{domain[^1]}\n" : "core\n");
            File.WriteAllText(Path.Join(folder, "max_energy_range_uj"), $"{Range}\n");
            Set(domain, 0);
        }
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("powercap").FullName;

    public string Counter(string domain) => Path.Join(Root, domain, "energy_uj");

    public void Set(string domain, long microjoules) => File.WriteAllText(Counter(domain), microjoules.ToString(CultureInfo.InvariantCulture) + "\n");

    public void Name(string domain, string name) => File.WriteAllText(Path.Join(Root, domain, "name"), name + "\n");

    /// <summary>Not even root reads a folder as a file: what a counter for root only is to others.</summary>
    public void Lock(string domain)
    {
        File.Delete(Counter(domain));
        Directory.CreateDirectory(Counter(domain));
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
