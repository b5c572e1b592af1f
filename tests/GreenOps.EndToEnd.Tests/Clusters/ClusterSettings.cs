using System.Globalization;
using GreenOps.Contract;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>Which cluster the tests run against and what they may expect of it, from environment variables.</summary>
internal static class ClusterSettings
{
    /// <summary>
    /// The kubeconfig of the cluster, of several the first that is there; null when KUBECONFIG is not set, for a sandbox
    /// of the tests' own.
    /// </summary>
    /// <exception cref="InvalidOperationException">KUBECONFIG names no file: a run in the sandbox would prove nothing.</exception>
    public static string? Kubeconfig { get; } = Text("KUBECONFIG") is { } paths
        ? Array.Find(paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), File.Exists)
            ?? throw new InvalidOperationException($"KUBECONFIG is '{paths}', and no such file is there: correct it, or unset it to run in a sandbox.")
        : null;

    /// <summary>Namespace of the operator's pods; null for wherever the selector finds them.</summary>
    public static string? OperatorNamespace { get; } = Text("GREENOPS_E2E_OPERATOR_NAMESPACE");

    /// <summary>Selects the operator's pods; by default as the chart labels them.</summary>
    public static string OperatorSelector { get; } =
        Text("GREENOPS_E2E_OPERATOR_SELECTOR") ?? "app.kubernetes.io/name=greenops,app.kubernetes.io/component=operator";

    /// <summary>Port of the operator's metrics.</summary>
    public static int OperatorPort { get; } = Number("GREENOPS_E2E_OPERATOR_PORT") ?? Ports.Http;

    /// <summary>
    /// Folder of the sample dataset in the trainer's image: the one in tests/data, whose held-out images the tests send.
    /// </summary>
    public static string Dataset { get; } = Text("GREENOPS_E2E_DATASET") ?? "file:///usr/share/greenops/datasets/fashion-mnist";

    /// <summary>Long enough for a small training; on a cluster with images to start, volumes to make and CPU limits to bear.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(Number("GREENOPS_E2E_PATIENCE_MINUTES") ?? (Kubeconfig is null ? 5 : 15));

    /// <summary>
    /// How long a changed ConfigMap may take to reach a container: a kubelet looks once a minute and trusts its cache for
    /// some time, the sandbox's looks at once.
    /// </summary>
    public static TimeSpan ConfigurationDelay { get; } = TimeSpan.FromSeconds(Number("GREENOPS_E2E_CONFIGURATION_DELAY_SECONDS") ?? (Kubeconfig is null ? 2 : 90));

    /// <summary>A slot of a trace that a small training fits into: a divisor of an hour, and longer where pods take long to start.</summary>
    public static TimeSpan TrainingSlot { get; } = TimeSpan.FromSeconds(Kubeconfig is null ? 8 : 24);

    private static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

    private static int? Number(string name) => Text(name) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new InvalidOperationException($"{name} is '{text}': give a whole number greater than 0.");
}
