using System.Globalization;
using System.Net;
using GreenOps.Benchmarks.Serving.Load;

namespace GreenOps.Benchmarks.Serving;

/// <summary>Measures everything, figures that are compared in turns: on a shared machine the others' load changes.</summary>
/// <param name="settings">What and for how long.</param>
/// <param name="progress">Where to say what is being measured.</param>
internal sealed class ServingRun(ServingSettings settings, TextWriter progress)
{
    private const int Saturating = 32;
    private const int SoakConnections = 256;
    private const double SoakFactor = 2;
    private const int SoakParts = 10;
    private const double MostMemoryGrowth = 1.1;

    private static readonly int[] Connections = [1, 8, 32, 128];
    private static readonly int[] Batches = [1, 8, 32];

    private readonly List<GoalFigure> _goals = [];
    private readonly List<ThroughputFigure> _throughput = [];

    /// <summary>Measures.</summary>
    public async Task<ServingFigures> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder("greenops-serving-");
        var (tiny, medium) = (ServingModels.Tiny().ToByteArray(), ServingModels.Medium().ToByteArray());
        ServerUnderTest.Store(Path.Join(folder.Path, "tiny"), tiny);
        ServerUnderTest.Store(Path.Join(folder.Path, "medium"), medium);
        var program = settings.Server ?? Path.Join(folder.Path, "server");
        if (settings.Server is null)
        {
            await progress.WriteLineAsync("publishing the server");
            await Programs.PublishServerAsync(program, cancellationToken);
        }

        await MediumAsync(program, Path.Join(folder.Path, "medium"), medium);
        await TinyAsync(program, Path.Join(folder.Path, "tiny"), tiny);
        await NodeAsync(program, folder.Path, cancellationToken);
        await ProtocolsAsync(program, Path.Join(folder.Path, "tiny"));
        return new ServingFigures(_goals, _throughput, Machine());
    }

    private async Task MediumAsync(string program, string store, byte[] model)
    {
        await progress.WriteLineAsync("a model of at least a millisecond");
        using var bare = new InProcessRate(model);
        using var server = await ServerUnderTest.StartAsync(program, store);
        var inProcess = Batches.ToDictionary(batch => batch, _ => new List<Throughput>());
        var served = new List<Throughput>();
        Warm(server.Address, InferRequests.Binary());
        for (var round = 0; round < settings.Rounds; round++)
        {
            foreach (var batch in Batches)
            {
                inProcess[batch].Add(bare.Measure(batch, settings.Measure));
            }

            served.Add(Served(server, InferRequests.Binary(), Saturating).Throughput);
        }

        var best = inProcess.MaxBy(entry => Median(entry.Value).PerCpuSecond);
        var (reference, saturation) = (Median(best.Value), Median(served));
        Ratio("saturation / in-process at its best batch, model of at least 1 ms", saturation, reference, 0.9, $"in-process batch {best.Key}; {1e6 / Median(inProcess[1]).PerCpuSecond:0} us a row");
        _goals.Add(new GoalFigure("start to ready", $"{server.UntilReady.TotalMilliseconds:0} ms", null, "400 ms", server.UntilReady.TotalMilliseconds < 400, "process start to the first 200 of /readyz"));
        AtHalfLoad(server, bare, saturation.PerSecond / 2);
        Soak(server, saturation.PerSecond);
    }

    private void AtHalfLoad(ServerUnderTest server, InProcessRate bare, double rate)
    {
        progress.WriteLine($"half load, {rate:0}/s");
        var added = new List<double>();
        var note = "";
        for (var round = 0; round < settings.Rounds; round++)
        {
            var alone = bare.LatenciesAt(rate, settings.Measure);
            var served = HttpLoad.Open(server.Address, InferRequests.Binary(), SoakConnections, rate, settings.Measure);
            var bareP99 = alone[(int)(0.99 * (alone.Length - 1))];
            added.Add(served.Latency(99) - bareP99);
            note = $"p99 bare {bareP99 * 1e3:0.00} ms, served {served.Latency(99) * 1e3:0.00} ms; p50 bare {alone[alone.Length / 2] * 1e3:0.00} ms, served {served.Latency(50) * 1e3:0.00} ms";
        }

        var median = added.Order().ElementAt(added.Count / 2);
        _goals.Add(new GoalFigure("p99 added over the bare inference at 50 % load", $"{median * 1e3:0.00} ms", null, "1 ms", median < 1e-3, note));
    }

    private void Soak(ServerUnderTest server, double saturation)
    {
        if (settings.Soak <= TimeSpan.Zero)
        {
            return;
        }

        progress.WriteLine($"{settings.Soak.TotalSeconds:0} s at {SoakFactor} times the saturation");
        var parts = Enumerable.Range(0, SoakParts).Select(_ => (
            Load: HttpLoad.Open(server.Address, InferRequests.Binary(), SoakConnections, SoakFactor * saturation, settings.Soak / SoakParts),
            Memory: server.HasExited ? 0 : server.Use().ResidentBytes)).ToList();
        var goodput = parts.Sum(part => part.Load.Answered) / parts.Sum(part => part.Load.Elapsed.TotalSeconds) / saturation;
        var growth = (double)parts[^1].Memory / parts[0].Memory;
        var failed = parts.Sum(part => part.Load.Failed);
        _goals.Add(new GoalFigure(
            $"{settings.Soak.TotalSeconds:0} s at 2x saturation: goodput / saturation",
            $"{goodput:0.00}",
            null,
            "0.9, no crash, memory flat",
            goodput >= 0.9 && !server.HasExited && failed == 0 && growth <= MostMemoryGrowth,
            $"{parts.Sum(part => part.Load.Answered)} answered, {parts.Sum(part => part.Load.Refused)} refused, {failed} failed; memory {parts[0].Memory >> 20} to {parts[^1].Memory >> 20} MiB; p99 {parts[^1].Load.Latency(99) * 1e3:0} ms"));
    }

    private async Task TinyAsync(string program, string store, byte[] model)
    {
        await progress.WriteLineAsync("a tiny model");
        using var bare = new InProcessRate(model);
        using var server = await ServerUnderTest.StartAsync(program, store);
        var inProcess = new List<Throughput>();
        var served = new List<Throughput>();
        Warm(server.Address, InferRequests.Binary());
        for (var round = 0; round < settings.Rounds; round++)
        {
            inProcess.Add(bare.Measure(1, settings.Measure));
            served.Add(Served(server, InferRequests.Binary(), Saturating).Throughput);
        }

        Ratio("tiny CNN, binary REST / in-process at batch 1", Median(served), Median(inProcess), 0.7, $"{1e6 / Median(inProcess).PerCpuSecond:0} us a row");
        await IdleAsync(server);
    }

    /// <summary>After the load nothing is asked for a while.</summary>
    private async Task IdleAsync(ServerUnderTest server)
    {
        var before = server.Use();
        await Task.Delay(settings.Measure * settings.Rounds, TimeProvider.System);
        var after = server.Use();
        var share = (after.Processor - before.Processor) / (settings.Measure * settings.Rounds);
        _goals.Add(new GoalFigure("idle processor", $"{share * 100:0.00} % of a core", null, "0.5 %", share < 0.005, $"memory {after.ResidentBytes >> 20} MiB after load"));
    }

    private async Task NodeAsync(string program, string folder, CancellationToken cancellationToken)
    {
        await progress.WriteLineAsync("node");
        var node = Path.Join(folder, "node");
        if (await Programs.InstallNodeAsync(node, cancellationToken) is { } reason)
        {
            _goals.Add(new GoalFigure("binary REST / node, onnxruntime-node", "", null, "4", null, reason));
            _goals.Add(new GoalFigure("JSON REST / node, onnxruntime-node", "", null, "2.5", null, reason));
            return;
        }

        var store = Path.Join(folder, "tiny");
        var port = Operators.FreePort.Next();
        using var theirs = await ServerUnderTest.StartAsync(
            "node", [Path.Join(node, "server.js"), Path.Join(store, "models", "train-1", "model.onnx"), port.ToString(CultureInfo.InvariantCulture)], port, "/");
        using var ours = await ServerUnderTest.StartAsync(program, store);
        foreach (var (name, request, goal) in new[] { ("binary", InferRequests.Binary(), 4.0), ("JSON", InferRequests.Json(), 2.5) })
        {
            Warm(theirs.Address, request);
            Warm(ours.Address, request);
            var (node1, server1) = (new List<Throughput>(), new List<Throughput>());
            for (var round = 0; round < settings.Rounds; round++)
            {
                node1.Add(Served(theirs, request, Saturating).Throughput);
                server1.Add(Served(ours, request, Saturating).Throughput);
            }

            Ratio($"{name} REST / node, onnxruntime-node, tiny CNN", Median(server1), Median(node1), goal, "");
        }
    }

    private async Task ProtocolsAsync(string program, string store)
    {
        foreach (var batching in new[] { true, false })
        {
            await progress.WriteLineAsync($"protocols, batches {(batching ? "on" : "off")}");
            using var server = await ServerUnderTest.StartAsync(program, store, "--batching", batching ? "true" : "false");
            foreach (var (name, request) in new[] { ("JSON", InferRequests.Json()), ("binary", InferRequests.Binary()) })
            {
                Warm(server.Address, request);
                foreach (var connections in Connections)
                {
                    var (_, load, figure) = Served(server, request, connections);
                    _throughput.Add(new ThroughputFigure(
                        name, batching, connections, load.Rate, load.Latency(50), load.Latency(99), figure.Server * 1e6, figure.Load * 1e6));
                }
            }
        }
    }

    private (Throughput Throughput, LoadResult Load, (double Server, double Load) Processor) Served(ServerUnderTest server, byte[] request, int connections)
    {
        var (before, own) = (server.Use().Processor, Environment.CpuUsage.TotalTime);
        var load = HttpLoad.Closed(server.Address, request, connections, settings.Measure);
        var (theirs, ours) = ((server.Use().Processor - before).TotalSeconds, (Environment.CpuUsage.TotalTime - own).TotalSeconds);
        return (new Throughput(load.Rate, load.Answered / (theirs + ours)), load, (theirs / load.Answered, ours / load.Answered));
    }

    /// <summary>Compiled code is replaced by better code while it runs: only then is it measured.</summary>
    private static void Warm(IPEndPoint server, byte[] request) => HttpLoad.Closed(server, request, Saturating, TimeSpan.FromSeconds(3));

    private void Ratio(string name, Throughput value, Throughput reference, double goal, string note)
    {
        var ratio = value.PerSecond / reference.PerSecond;
        _goals.Add(new GoalFigure(
            name,
            $"{ratio:0.00}",
            $"{value.PerCpuSecond / reference.PerCpuSecond:0.00}",
            $"{goal:0.0}",
            ratio >= goal,
            $"{value.PerSecond:#,0}/s against {reference.PerSecond:#,0}/s; {value.PerCpuSecond:#,0} against {reference.PerCpuSecond:#,0} a processor second{(note.Length > 0 ? $"; {note}" : "")}"));
    }

    private static Throughput Median(List<Throughput> values) => new(
        values.Select(value => value.PerSecond).Order().ElementAt(values.Count / 2),
        values.Select(value => value.PerCpuSecond).Order().ElementAt(values.Count / 2));

    private static string Machine() => $"{Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}, .NET {Environment.Version}";
}
