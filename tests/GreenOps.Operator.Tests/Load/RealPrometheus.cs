using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace GreenOps.Operator.Tests.Load;

/// <summary>A real Prometheus on a free loopback port that has scraped two series, where the machine has one.</summary>
public sealed class RealPrometheus : IAsyncLifetime
{
    private const string Variable = "GREENOPS_PROMETHEUS";
    private const string Exposition = "# TYPE in_flight gauge\nin_flight{pod=\"a\"} 2.5\nin_flight{pod=\"b\"} 4\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string? _program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? given
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Join(folder, "prometheus")).FirstOrDefault(File.Exists);

    private readonly string _folder = Directory.CreateTempSubdirectory("greenops-prometheus-").FullName;
    private WebApplication? _exporter;
    private Process? _process;

    public string Url { get; private set; } = "";

    public void Require() => Assert.SkipWhen(_program is null, $"prometheus is not on PATH, and {Variable} does not name it: PromQL was not tried with a real one.");

    public async ValueTask InitializeAsync()
    {
        if (_program is null)
        {
            return;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _exporter = builder.Build();
        _exporter.Run(context => context.Response.WriteAsync(Exposition));
        await _exporter.StartAsync(TestContext.Current.CancellationToken);
        var configuration = Path.Join(_folder, "prometheus.yml");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            global: { scrape_interval: 1s }
            scrape_configs:
            - job_name: servers
              static_configs: [{ targets: ["{{new Uri(_exporter.Urls.Single()).Authority}}"] }]
            """,
            TestContext.Current.CancellationToken);
        Url = $"http://127.0.0.1:{FreePort()}";
        _process = Process.Start(new ProcessStartInfo(
            _program,
            [
                $"--config.file={configuration}", $"--storage.tsdb.path={Path.Join(_folder, "data")}", $"--web.listen-address={new Uri(Url).Authority}", "--log.level=error",
            ])
        { WorkingDirectory = _folder })!;
        await ScrapedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        if (_exporter is not null)
        {
            await _exporter.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Waits until both series can be asked for.</summary>
    private async Task ScrapedAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience);
        using HttpClient client = new();
        while (true)
        {
            try
            {
                if ((await client.GetStringAsync(new Uri($"{Url}/api/v1/query?query=count(in_flight)"), timeout.Token)).Contains("\"2\"", StringComparison.Ordinal))
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process!.HasExited)
            {
                // It does not listen yet, or is not ready.
            }

            await Task.Delay(Pause, TimeProvider.System, timeout.Token);
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
