using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using GreenOps.Artifacts;
using GreenOps.Contract;
using Microsoft.AspNetCore.Connections;

namespace GreenOps.Server.Hosting;

/// <summary>The command line of <c>greenops-server</c>.</summary>
internal static class ServerCommand
{
    private static readonly Option<string> Models = new("--models")
    {
        Description = "Folder of the model's artifacts: /artifacts/<namespace>/<model>.",
        Required = true,
    };

    private static readonly Option<string> Routing = new("--routing")
    {
        Description = "The routing file.",
        DefaultValueFactory = _ => ContainerPaths.RoutingTable,
    };

    private static readonly Option<int> Port = new("--port")
    {
        Description = "TCP port; 0 for any free one.",
        DefaultValueFactory = _ => Ports.Http,
    };

    private static readonly Option<int> GrpcPort = new("--grpc-port")
    {
        Description = "TCP port of gRPC; 0 for any free one.",
        DefaultValueFactory = _ => Ports.Grpc,
    };

    private static readonly Option<double> IdleWatts = new("--idle-watts-per-core")
    {
        Description = "Stated power of an idle core, in watts.",
        DefaultValueFactory = _ => PowerSpec.CloudServerCore.IdleWattsPerCore,
    };

    private static readonly Option<double> PeakWatts = new("--peak-watts-per-core")
    {
        Description = "Stated power of a fully used core, in watts.",
        DefaultValueFactory = _ => PowerSpec.CloudServerCore.PeakWattsPerCore,
    };

    private static readonly Option<double> DrainDelay = new("--drain-delay-seconds")
    {
        Description = "Seconds of serving after SIGTERM, so that endpoints can forget the server.",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<int> MaximumRequest = new("--max-request-mebibytes")
    {
        Description = "Largest request body, in MiB.",
        DefaultValueFactory = _ => 64,
    };

    private static readonly Option<int> MaximumLoaded = new("--max-loaded")
    {
        Description = "How many variants may be in memory at once: those with traffic first, then those that clients load.",
        DefaultValueFactory = _ => 64,
    };

    private static readonly Option<double> LatencyObjective = new("--latency-objective-milliseconds")
    {
        Description = "Latency to keep: bounds batches and what may wait; 0 for none, which lets requests wait a second.",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<int> QueueDepth = new("--queue-depth")
    {
        Description = "Rows that may wait for a slot; 0 for as many as are served within the latency objective.",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<double> RunTimeout = new("--run-timeout-seconds")
    {
        Description = "Seconds after which a run is stopped and its variant taken out of service.",
        DefaultValueFactory = _ => 60,
    };

    private static readonly Option<bool> Batching = new("--batching")
    {
        Description = "Whether requests are run together where that was measured to pay.",
        DefaultValueFactory = _ => true,
    };

    private static readonly Option<long> MaximumConnections = new("--max-connections")
    {
        Description = "Connections that may be open at once.",
        DefaultValueFactory = _ => 10_000,
    };

    /// <summary>Parses and runs.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The exit code: 0 after a drain, 64 for a command line or environment that cannot work.</returns>
    public static async Task<int> InvokeAsync(string[] arguments)
    {
        var command = new RootCommand("Serves the variants of one model over the Open Inference Protocol v2.")
        {
            Models, Routing, Port, GrpcPort, IdleWatts, PeakWatts, DrainDelay, MaximumRequest,
            MaximumLoaded,
            LatencyObjective, QueueDepth, RunTimeout, Batching, MaximumConnections,
        };
        RequireRange(Port, 0, ushort.MaxValue);
        RequireRange(GrpcPort, 0, ushort.MaxValue);
        RequireRange(IdleWatts, 0, 1000);
        RequireRange(PeakWatts, 0, 1000);
        RequireRange(DrainDelay, 0, 3600);
        RequireRange(MaximumRequest, 1, 1024);
        RequireRange(MaximumLoaded, 1, 1000);
        RequireRange(LatencyObjective, 0, 3_600_000);
        RequireRange(MaximumConnections, 1, 1_000_000);
        RequireRange(QueueDepth, 0, 1_000_000);
        RequireRange(RunTimeout, 0.001, 86_400);
        command.SetAction(RunAsync);
        var result = command.Parse(arguments);

        // The host handles the termination signal; the parser would give it two seconds.
        var exitCode = await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return result.Errors.Count > 0 ? ExitCodes.BadInput : exitCode;
    }

    private static async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var address = Environment.GetEnvironmentVariable(EnvironmentNames.BindAddress);
        if (!IPAddress.TryParse(string.IsNullOrEmpty(address) ? "0.0.0.0" : address, out var parsed))
        {
            await Console.Error.WriteLineAsync($"{EnvironmentNames.BindAddress} is '{address}'; it must be an IP address.");
            return ExitCodes.BadInput;
        }

        await using var app = ServerHost.Build(new ServerOptions
        {
            Models = result.GetRequiredValue(Models),
            Routing = result.GetRequiredValue(Routing),
            Address = parsed,
            Port = result.GetRequiredValue(Port),
            GrpcPort = result.GetRequiredValue(GrpcPort),
            Power = new PowerSpec(result.GetRequiredValue(IdleWatts), result.GetRequiredValue(PeakWatts)),
            DrainDelay = TimeSpan.FromSeconds(result.GetRequiredValue(DrainDelay)),
            Cores = CpuAllotment.Cores(),
            MaximumRequestBytes = result.GetRequiredValue(MaximumRequest) * 1024L * 1024,
            MaximumLoaded = result.GetRequiredValue(MaximumLoaded),
            LatencyObjective = result.GetRequiredValue(LatencyObjective) is > 0 and var milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
            MaximumConnections = result.GetRequiredValue(MaximumConnections),
            QueueDepth = result.GetRequiredValue(QueueDepth),
            RunTimeout = TimeSpan.FromSeconds(result.GetRequiredValue(RunTimeout)),
            Batching = result.GetRequiredValue(Batching),
        });
        return await RunAsync(app, $"{parsed} port {result.GetRequiredValue(Port)} or {result.GetRequiredValue(GrpcPort)}", cancellationToken);
    }

    private static async Task<int> RunAsync(WebApplication app, string endpoint, CancellationToken cancellationToken)
    {
        try
        {
            await StartAsync(app, cancellationToken);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop before it listened.
            return ExitCodes.Done;
        }
        catch (Exception error) when (error is SocketException || error.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{endpoint} cannot be listened on: {error.Message}");
            return ExitCodes.InternalError;
        }

        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Done;
    }

    private static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            // A model may be loading: its native memory must not go before the load has ended.
            await app.StopAsync(CancellationToken.None);
            throw;
        }
    }

    private static void RequireRange<T>(Option<T> option, T least, T most)
        where T : IComparable<T> =>
        option.Validators.Add(result =>
        {
            var value = result.GetRequiredValue(option);
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                result.AddError($"{option.Name} is {value}; it must be from {least} to {most}.");
            }
        });
}
