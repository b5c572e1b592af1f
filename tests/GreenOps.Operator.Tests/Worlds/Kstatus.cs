using GreenOps.Api.Models;

namespace GreenOps.Operator.Tests.Worlds;

/// <summary>
/// What tools of the kstatus kind (Flux, Argo CD, kubectl wait) make of a resource, by the documented rules: deletion
/// first, then observedGeneration, then Reconciling and Stalled, then Ready.
/// </summary>
internal static class Kstatus
{
    public const string Current = nameof(Current);
    public const string InProgress = nameof(InProgress);
    public const string Failed = nameof(Failed);
    public const string Terminating = nameof(Terminating);

    public static string Of(GreenModel model) => model switch
    {
        { Metadata.DeletionTimestamp: not null } => Terminating,
        { Status: null } => InProgress,
        { Status.ObservedGeneration: var seen } when seen != model.Metadata.Generation => InProgress,
        _ when Holds(model, "Reconciling") => InProgress,
        _ when Holds(model, "Stalled") => Failed,
        _ => Holds(model, "Ready") ? Current : InProgress,
    };

    private static bool Holds(GreenModel model, string type) =>
        model.Status!.Conditions?.Any(condition => condition.Type == type && condition.Status == "True") == true;
}
