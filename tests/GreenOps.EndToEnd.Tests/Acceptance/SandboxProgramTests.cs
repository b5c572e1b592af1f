using System.Text.Json;
using GreenOps.EndToEnd.Tests.Clusters;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>The sandbox as a program: what it prints, how it ends, what it leaves behind.</summary>
[Cost(30)]
public sealed class SandboxProgramTests : IDisposable
{
    private const string Dataset = "file:///usr/share/greenops/datasets/fashion-mnist";

    private readonly string folder = Directory.CreateTempSubdirectory("greenops-e2e-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Exit_when_ready_prints_the_final_status_as_one_line_and_exits_with_0()
    {
        RequireSandbox();
        await using var sandbox = SandboxProgram.Start(Manifest(Dataset), "--exit-when-ready");

        var code = await sandbox.ExitAsync();

        Assert.True(code == 0, $"Exit code {code}.\n{sandbox.Transcript}");
        var line = Assert.Single(sandbox.Output);
        var model = Assert.Single(JsonDocument.Parse(line).RootElement.GetProperty("models").EnumerateArray());
        Assert.Equal("tiny", model.GetProperty("name").GetString());
        Assert.Equal("Serving", model.GetProperty("status").GetProperty("phase").GetString());
        Assert.Contains(
            model.GetProperty("status").GetProperty("conditions").EnumerateArray(),
            condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True");
    }

    [Fact]
    public async Task A_model_that_cannot_become_ready_ends_the_run_with_the_reason()
    {
        RequireSandbox();
        await using var sandbox = SandboxProgram.Start(Manifest("file:///no/such/folder"), "--exit-when-ready");

        var code = await sandbox.ExitAsync();

        Assert.True(code != 0, sandbox.Transcript);
        Assert.Empty(sandbox.Output);
        Assert.Contains(sandbox.Errors, line => line.Contains("file:///no/such/folder", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Interrupted_while_it_trains_it_exits_with_0_and_leaves_no_process_behind()
    {
        RequireSandbox();
        var data = Path.Join(folder, "data");
        await using var sandbox = SandboxProgram.Start(Manifest(Dataset, epochs: 1000), "--data", data);
        await Eventually.TrueAsync(
            "the operator and a trainer to run",
            () =>
            {
                sandbox.RequireRunning();
                var running = ProcessesOf(data);
                return Task.FromResult(running.Any(line => line.Contains("greenops-operator", StringComparison.Ordinal))
                    && running.Any(line => line.Contains("greenops-trainer", StringComparison.Ordinal)));
            },
            () => Task.FromResult(sandbox.Transcript));

        sandbox.Interrupt();
        var code = await sandbox.ExitAsync();

        Assert.True(code == 0, $"Exit code {code}.\n{sandbox.Transcript}");
        Assert.Empty(ProcessesOf(data));
    }

    private static void RequireSandbox() =>
        Assert.SkipWhen(ClusterSettings.Kubeconfig is not null, "KUBECONFIG names a cluster, and this test is about the sandbox.");

    /// <summary>Command lines of the processes that know the sandbox's folder by their environment or their arguments.</summary>
    private static List<string> ProcessesOf(string data) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Where(process => int.TryParse(Path.GetFileName(process), out _))
            .Where(process => Read(process, "environ").Contains(data, StringComparison.Ordinal) || Read(process, "cmdline").Contains(data, StringComparison.Ordinal))
            .Select(process => Read(process, "cmdline"))];

    /// <summary>A file of a process; empty when the process has just ended or is somebody else's.</summary>
    private static string Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Join(process, file)).Replace('\0', ' ');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private string Manifest(string dataset, int epochs = 1)
    {
        var path = Path.Join(folder, "tiny.yaml");
        File.WriteAllText(path, $$"""
            apiVersion: greenops.dev/v1alpha1
            kind: CarbonZone
            metadata:
              name: made-up
            spec:
              provider:
                static:
                  gramsPerKWh: 300
                  source: made up for a test
            ---
            apiVersion: greenops.dev/v1alpha1
            kind: GreenModel
            metadata:
              name: tiny
              namespace: default
            spec:
              carbonZone: made-up
              training:
                architecture:
                  cnn:
                    filters: [4]
                dataset:
                  uri: {{dataset}}
                epochs: {{epochs}}

            """);
        return path;
    }
}
