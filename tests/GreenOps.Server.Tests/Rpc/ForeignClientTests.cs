using System.Diagnostics;
using System.Text.Json.Nodes;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Rpc;

/// <summary>Clients that are not ours: gRPC's own for Node.js, and curl.</summary>
public sealed class ForeignClientTests : TwoVariantTests
{
    private const string NpmClient = "@grpc/grpc-js@1.14 @grpc/proto-loader@0.8";

    [Fact]
    public async Task The_client_for_Node_is_answered()
    {
        var modules = await InstallAsync();
        var start = new ProcessStartInfo("node", [
            Path.Join(AppContext.BaseDirectory, "Rpc", "foreign-client.js"),
            Path.Join(AppContext.BaseDirectory, "Rpc", "inference.proto"),
            Server.GrpcAddress.Authority,
        ])
        {
            Environment = { ["NODE_PATH"] = modules },
        };

        var (exitCode, output) = await RunAsync(start);

        Assert.True(exitCode == 0, output);
        var said = JsonNode.Parse(output)!;
        Assert.True((bool)said["live"]!["live"]! && (bool)said["ready"]!["ready"]! && (bool)said["modelReady"]!["ready"]!);
        Assert.Equal("greenops-server", (string?)said["server"]!["name"]);
        Assert.Equal("[-1,1,28,28]", said["model"]!["inputs"]![0]!["shape"]!.ToJsonString());
        Assert.Equal(5, (double)said["typed"]!["outputs"]![0]!["contents"]!["fp32_contents"]![0]!);
        Assert.Equal(("int8", "foreign"), ((string?)said["typed"]!["parameters"]!["variant"]!["string_param"], (string?)said["typed"]!["id"]));
        Assert.Equal(0.5, (double)said["raw"]!["value"]!);
        Assert.Equal("[1,1,1,1]", said["raw"]!["shape"]!.ToJsonString());
        Assert.Equal("BYTES", (string?)said["classified"]!["outputs"]![0]!["datatype"]);
        Assert.Equal((5, 3, 4), ((int)said["missing"]!["code"]!, (int)said["wrong"]!["code"]!, (int)said["late"]!["code"]!));
        Assert.Equal("READY", (string?)said["index"]!["models"]![0]!["state"]);
        Assert.Equal(("{}", "{}"), (said["unloaded"]!.ToJsonString(), said["loaded"]!.ToJsonString()));
    }

    [Fact]
    public async Task Curl_is_answered_compressed_and_not()
    {
        Assert.SkipWhen(Find("curl") is null, "curl is not on PATH.");
        var request = Path.Join(Folder.Models, "request.json");
        await File.WriteAllTextAsync(request, Requests.Image(0.5f, rows: 300), TestContext.Current.CancellationToken);
        var url = new Uri(Server.Client.BaseAddress!, "/v2/models/fashion/infer").ToString();

        var (_, plain) = await RunAsync(new ProcessStartInfo("curl", ["--silent", "--show-error", "--json", $"@{request}", url]));
        var (_, unpacked) = await RunAsync(new ProcessStartInfo("curl", ["--silent", "--show-error", "--compressed", "--json", $"@{request}", url]));
        var (_, status) = await RunAsync(new ProcessStartInfo("curl", ["--silent", "--output", "/dev/null", "--write-out", "%{http_code} %{content_type}", "--json", "{}", url]));

        Assert.Equal(0.5, (double)JsonNode.Parse(plain)!["outputs"]![0]!["data"]![299]!);
        Assert.Equal(plain, unpacked);
        Assert.Equal("400 application/json", status);
    }

    /// <summary>Installs the client once for all runs on this machine; skips where that cannot be.</summary>
    private static async Task<string> InstallAsync()
    {
        Assert.SkipWhen(Find("npm") is null || Find("node") is null, "node and npm are not on PATH.");
        var folder = Path.Join(Path.GetTempPath(), "greenops-grpc-js");
        var modules = Path.Join(folder, "node_modules");
        if (!Directory.Exists(Path.Join(modules, "@grpc", "proto-loader")))
        {
            Directory.CreateDirectory(folder);
            var (exitCode, output) = await RunAsync(new ProcessStartInfo(
                "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, .. NpmClient.Split(' ')]));
            Assert.SkipWhen(exitCode != 0, $"npm cannot install {NpmClient}: {output}");
        }

        return modules;
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Join(folder, program))
        .FirstOrDefault(File.Exists);

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Eventually.Timeout);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await errors);
    }
}
