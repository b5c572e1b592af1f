using System.Globalization;
using GreenOps.Operator.Simulation;
using GreenOps.Simulation.Requests;
using GreenOps.Simulation.Variants;

namespace GreenOps.Simulation.Tests;

/// <summary>A folder of input files that is gone after the test.</summary>
internal sealed class InputFolder : IDisposable
{
    public static readonly DateTimeOffset Start = new(2022, 1, 3, 0, 0, 0, TimeSpan.Zero);

    public InputFolder() => Path = Directory.CreateTempSubdirectory("greenops-simulation-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Join(Path, name);

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public string WriteCarbon(params IEnumerable<double> hours) => WriteSeries("carbon.csv", "timestamp_utc,gco2_per_kwh", Start, hours);

    public string WriteRequests(params IEnumerable<double> hours) => WriteSeries("load.csv", "timestamp,requests_per_second", Start, hours);

    public string WriteVariants() => Write("variants.json", """
        {
          "variants": [
            { "name": "full", "accuracy": 0.90, "joulesPerRequest": 4, "requestsPerSecond": 20 },
            { "name": "slim", "accuracy": 0.88, "joulesPerRequest": 2, "requestsPerSecond": 20 }
          ],
          "replica": { "idleWatts": 1, "startSeconds": 15, "targetUtilization": 0.5 }
        }
        """);

    public CarbonReplay Carbon(params IEnumerable<double> hours) => CarbonReplay.Read(WriteCarbon(hours));

    public RequestReplay Requests(CarbonReplay carbon, params IEnumerable<double> hours) =>
        RequestReplay.Read(WriteRequests(hours), carbon.Start, carbon.At(carbon.Hours.Count));

    public VariantSet Variants() => VariantFile.Read(WriteVariants());

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private string WriteSeries(string name, string header, DateTimeOffset start, IEnumerable<double> hours) => Write(
        name,
        string.Join('\n', hours.Select((value, hour) => string.Create(CultureInfo.InvariantCulture, $"{start.AddHours(hour):yyyy-MM-ddTHH:mm:ssZ},{value}")).Prepend(header)));
}
