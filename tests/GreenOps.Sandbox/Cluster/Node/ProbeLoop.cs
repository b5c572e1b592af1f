using System.Globalization;
using System.Net.Sockets;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>The probes of one run of a container: startup first, then readiness and liveness side by side.</summary>
/// <param name="container">The container.</param>
/// <param name="podIP">Where it listens.</param>
/// <param name="http">Follows no redirects and has no timeout of its own.</param>
/// <param name="time">The clock.</param>
/// <param name="changed">Called when <see cref="Started"/>, <see cref="Ready"/> or <see cref="Fault"/> changed.</param>
/// <param name="unhealthy">Called with the probe's name and what it saw, for each failure.</param>
internal sealed class ProbeLoop(
    V1Container container, string podIP, HttpClient http, TimeProvider time, Action changed, Action<string, string> unhealthy)
{
    /// <summary>The startup probe succeeded, or there is none.</summary>
    public bool Started { get; private set; }

    /// <summary>The container wants traffic.</summary>
    public bool Ready { get; private set; }

    /// <summary>The name of the probe whose failures ask for a restart; null while there is none.</summary>
    public string? Fault { get; private set; }

    /// <summary>Probes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (container.StartupProbe is { } startup && !await SucceedsAsync("Startup", startup, cancellationToken))
                return;
            Started = true;
            Ready = container.ReadinessProbe is null;
            changed();
            await Task.WhenAll(WatchReadinessAsync(cancellationToken), WatchLivenessAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> SucceedsAsync(string name, V1Probe probe, CancellationToken cancellationToken)
    {
        await foreach (var healthy in JudgeAsync(name, probe, initially: null, cancellationToken))
        {
            if (!healthy)
                Fail(name);
            return healthy;
        }
        return false;
    }

    private async Task WatchReadinessAsync(CancellationToken cancellationToken)
    {
        if (container.ReadinessProbe is not { } probe)
            return;
        await foreach (var healthy in JudgeAsync("Readiness", probe, initially: false, cancellationToken))
        {
            Ready = healthy;
            changed();
        }
    }

    private async Task WatchLivenessAsync(CancellationToken cancellationToken)
    {
        if (container.LivenessProbe is not { } probe)
            return;
        await foreach (var healthy in JudgeAsync("Liveness", probe, initially: true, cancellationToken))
        {
            if (!healthy)
            {
                Fail("Liveness");
                return;
            }
        }
    }

    private void Fail(string name)
    {
        Fault = name;
        changed();
    }

    /// <summary>The changes of a probe's judgement: enough successes or failures in a row against what it was.</summary>
    private async IAsyncEnumerable<bool> JudgeAsync(
        string name, V1Probe probe, bool? initially, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var judgement = initially;
        var (successes, failures) = (0, 0);
        await Task.Delay(TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0), time, cancellationToken);
        while (true)
        {
            if (await TryAsync(probe, cancellationToken) is { } problem)
            {
                (successes, failures) = (0, failures + 1);
                unhealthy(name, problem);
            }
            else
            {
                (successes, failures) = (successes + 1, 0);
            }
            if (judgement != true && successes >= (probe.SuccessThreshold ?? 1))
                yield return (judgement = true).Value;
            else if (judgement != false && failures >= (probe.FailureThreshold ?? 3))
                yield return (judgement = false).Value;
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(1, probe.PeriodSeconds ?? 10)), time, cancellationToken);
        }
    }

    /// <summary>What is wrong, or null.</summary>
    private async Task<string?> TryAsync(V1Probe probe, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(Math.Max(1, probe.TimeoutSeconds ?? 1)), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return probe switch
            {
                { HttpGet: { } get } => await GetAsync(get, both.Token),
                { TcpSocket: { } socket } => await ConnectAsync(socket, both.Token),
                _ => "the sandbox knows httpGet and tcpSocket probes only",
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "context deadline exceeded";
        }
        catch (Exception error) when (error is HttpRequestException or SocketException)
        {
            return error.Message;
        }
    }

    private async Task<string?> GetAsync(V1HTTPGetAction get, CancellationToken cancellationToken)
    {
        var path = get.Path is { Length: > 0 } given ? given : "/";
        var uri = $"{(get.Scheme ?? "HTTP").ToLowerInvariant()}://{get.Host ?? podIP}:{PortOf(get.Port)}{(path.StartsWith('/') ? "" : "/")}{path}";
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        foreach (var header in get.HttpHeaders ?? [])
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var code = (int)response.StatusCode;
        return code is >= 200 and < 400 ? null : $"HTTP probe failed with statuscode: {code}";
    }

    private async Task<string?> ConnectAsync(V1TCPSocketAction socket, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(socket.Host ?? podIP, PortOf(socket.Port), cancellationToken);
        return null;
    }

    private int PortOf(IntOrString port) => NamedPorts.Resolve(port, [container]) ?? 0;
}

/// <summary>Ports by number or by the name that a container gives one.</summary>
internal static class NamedPorts
{
    /// <summary>The number, or null when no container names the port.</summary>
    public static int? Resolve(IntOrString port, IEnumerable<V1Container> containers) =>
        int.TryParse(port.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : containers.SelectMany(container => container.Ports ?? []).FirstOrDefault(named => named.Name == port.Value)?.ContainerPort;
}
