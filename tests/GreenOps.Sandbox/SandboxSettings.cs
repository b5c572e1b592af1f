namespace GreenOps.Sandbox;

/// <summary>What the command line asks for.</summary>
/// <param name="Manifests">Files with the objects to apply.</param>
/// <param name="ExitWhenReady">Whether to end when every GreenModel is ready.</param>
/// <param name="Timeout">How long to wait for that.</param>
/// <param name="DataFolder">Where claims are kept; null for a fresh folder that goes with the sandbox.</param>
/// <param name="Port">The API server's port; 0 for any.</param>
/// <param name="TimeScale">The speed to replay carbon traces at; null leaves the manifests as they are.</param>
/// <param name="PeakRequestsPerSecond">The load generator's peak; null for none.</param>
/// <param name="RunsOperator">Whether the operator runs.</param>
/// <param name="KubeconfigOut">Where to write another copy of the kubeconfig; null for nowhere.</param>
/// <param name="AuditLog">Where to write the API server's audit log; null for nowhere.</param>
/// <param name="Images">Programs for images of the user's own.</param>
internal sealed record SandboxSettings(
    IReadOnlyList<string> Manifests,
    bool ExitWhenReady,
    TimeSpan Timeout,
    string? DataFolder,
    int Port,
    int? TimeScale,
    double? PeakRequestsPerSecond,
    bool RunsOperator,
    string? KubeconfigOut,
    string? AuditLog,
    IReadOnlyList<SandboxCommand.ImageOption> Images);
