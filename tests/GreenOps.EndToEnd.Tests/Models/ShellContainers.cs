using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Models;

/// <summary>
/// Containers of a user's own that need nothing but a shell. Container paths lie below $GREENOPS_ROOT where pods are no
/// containers, and are what they say elsewhere.
/// </summary>
internal static class ShellContainers
{
    /// <summary>Port that the server listens on.</summary>
    public const int Port = 9000;

    /// <summary>Path below /v2 at which the server says which file it serves.</summary>
    public const string Served = "served";

    // The first run stops at a checkpoint, as a training does on SIGTERM; the second finds it and leaves the model.
    private const string TrainerScript =
        """
        set -eu
        root="${GREENOPS_ROOT:-}"
        if [ -n "${REFUSE:-}" ]; then echo "$REFUSE" >&2; exit 64; fi
        test -s "$root$GREENOPS_STAGE"
        echo "seed $GREENOPS_SEED, rank $RANK of $WORLD_SIZE at $MASTER_ADDR:$MASTER_PORT"
        if [ "${INTERRUPT:-}" = yes ] && [ ! -e "$root$GREENOPS_CHECKPOINT/half" ]; then
          touch "$root$GREENOPS_CHECKPOINT/half"
          echo "stopped at a checkpoint" >&2
          exit 75
        fi
        printf %s "$MODEL" | base64 -d > "$root$GREENOPS_OUTPUT/model.onnx"
        """;

    private const string ServerScript =
        """
        set -eu
        test -s "${GREENOPS_ROOT:-}$GREENOPS_MODEL"
        www="${GREENOPS_ROOT:-}/tmp/www"
        mkdir -p "$www/v2/health"
        echo ready > "$www/v2/health/ready"
        printf %s "$GREENOPS_MODEL" > "$www/v2/served"
        address="${GREENOPS_BIND_ADDRESS:-0.0.0.0}"
        if command -v busybox > /dev/null; then exec busybox httpd -f -p "$address:$GREENOPS_PORT" -h "$www"; fi
        exec perl -MIO::Socket::INET -e '
          my ($address, $port, $www) = @ARGV;
          my $listener = IO::Socket::INET->new(LocalAddr => $address, LocalPort => $port, Listen => 64, ReuseAddr => 1) or die $!;
          while (my $client = $listener->accept) {
            my ($path) = (<$client> // "") =~ m{^GET (\S+)};
            while (<$client>) { last if /^\r?$/ }
            if (defined $path && open my $file, "<", "$www$path") {
              local $/; my $body = <$file>;
              print $client "HTTP/1.1 200 OK\r\nContent-Length: " . length($body) . "\r\nConnection: close\r\n\r\n$body";
            } else {
              print $client "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            }
            close $client;
          }' "$address" "$GREENOPS_PORT" "$www"
        """;

    /// <summary>Leaves the model of the centroids, as if it had trained it.</summary>
    public static TrainingSpec Training(TestCluster cluster, long seed = 7, params IEnumerable<(string Name, string Value)> variables) => new()
    {
        Container = new TrainingContainer
        {
            Image = cluster.ShellImage!,
            ImagePullPolicy = PullPolicy.IfNotPresent,
            Command = ["/bin/sh", "-c"],
            Args = [TrainerScript],
            Env =
            [
                new ContainerVariable { Name = "MODEL", Value = Convert.ToBase64String(CentroidModel.ToOnnx()) },
                .. variables.Select(variable => new ContainerVariable { Name = variable.Name, Value = variable.Value }),
            ],
        },
        Dataset = new Dataset { Uri = ClusterSettings.Dataset },
        Seed = seed,
    };

    /// <summary>Says which file it would serve.</summary>
    public static ServingSpec Serving(TestCluster cluster) => new()
    {
        Container = new ServingContainer
        {
            Image = cluster.ShellImage!,
            ImagePullPolicy = PullPolicy.IfNotPresent,
            Command = ["/bin/sh", "-c"],
            Args = [ServerScript],
            Port = Port,
        },
        Replicas = new ReplicaBounds { Min = 1, Max = 2 },
        Variants = new VariantPolicy { Policy = MixPolicy.Best },
        Resources = new ComputeResources { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m") } },
    };
}
