using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using GreenOps.Benchmarks.Operators;
using GreenOps.Contract;

namespace GreenOps.Benchmarks.Serving;

/// <summary>A server as a process of its own, as in a pod.</summary>
internal sealed class ServerUnderTest : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ServerUnderTest(Process process, int port, TimeSpan untilReady)
    {
        _process = process;
        Address = new IPEndPoint(IPAddress.Loopback, port);
        UntilReady = untilReady;
    }

    public IPEndPoint Address { get; }

    /// <summary>From the start of the process to its readiness.</summary>
    public TimeSpan UntilReady { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>What the process has used so far.</summary>
    public ProcessUse Use() => ProcessUse.Of(_process.Id);

    /// <summary>Stores a model, and the routing that serves it, in a folder.</summary>
    public static void Store(string folder, byte[] model)
    {
        var artifact = Directory.CreateDirectory(Path.Join(folder, "models", "train-1")).FullName;
        File.WriteAllBytes(Path.Join(artifact, ArtifactFiles.Model), model);
        File.WriteAllBytes(Path.Join(artifact, ArtifactFiles.Manifest), ContractJson.Write(new ArtifactManifest
        {
            SchemaVersion = ArtifactManifest.CurrentSchemaVersion,
            Stage = "train",
            Revision = "1",
            Files = [new ArtifactFile(ArtifactFiles.Model, model.Length, Convert.ToHexStringLower(SHA256.HashData(model)))],
        }));
        File.WriteAllBytes(Path.Join(folder, "routing.json"), ContractJson.Write(new RoutingTable
        {
            SchemaVersion = RoutingTable.CurrentSchemaVersion,
            Model = "bench",
            Version = "1",
            Variants = [new RoutedVariant("full", "train-1", 100)],
        }));
    }

    /// <summary>Starts greenops-server and waits until it is ready.</summary>
    /// <param name="program">Folder of the published server.</param>
    /// <param name="store">Folder of the stored model.</param>
    /// <param name="arguments">What else to tell it.</param>
    public static Task<ServerUnderTest> StartAsync(string program, string store, params string[] arguments)
    {
        var port = FreePort.Next();
        return StartAsync(
            "dotnet",
            [
                Path.Join(program, "greenops-server.dll"), "--models", Path.Join(store, "models"), "--routing", Path.Join(store, "routing.json"),
                "--port", port.ToString(CultureInfo.InvariantCulture), "--grpc-port", "0", "--drain-delay-seconds", "0", .. arguments,
            ],
            port,
            HttpPaths.Readiness);
    }

    /// <summary>Starts a program and waits until it answers.</summary>
    public static async Task<ServerUnderTest> StartAsync(string program, IReadOnlyList<string> arguments, int port, string readiness)
    {
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            Environment = { [EnvironmentNames.BindAddress] = IPAddress.Loopback.ToString(), ["DOTNET_EnableWriteXorExecute"] = "0" },
            RedirectStandardOutput = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        while (!await AnswersAsync(client, readiness))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
            {
                process.Kill();
                throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not become ready.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        return new ServerUnderTest(process, port, Stopwatch.GetElapsedTime(started));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(HttpClient client, string path)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
