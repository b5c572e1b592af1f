using GreenOps.Api.Models;
using GreenOps.Operator.Planning;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>Makes the children what the plan says, writing only what differs.</summary>
internal sealed partial class ChildApplier(ChildApis apis, ILogger<ChildApplier> logger)
{
    private readonly SettledChildren settled = new();

    /// <summary>
    /// Deletes what stands in the way, then creates and mends in the plan's order. A child that is refused stops nothing
    /// but the children that need it.
    /// </summary>
    /// <returns>The children that a person has to help with, in the plan's order.</returns>
    public async Task<IReadOnlyList<ChildRefusal>> ApplyAsync(
        GreenModel model,
        IReadOnlyList<IKubernetesObject<V1ObjectMeta>> children,
        IReadOnlyList<IKubernetesObject<V1ObjectMeta>> deletions,
        CancellationToken cancellationToken)
    {
        foreach (var deletion in deletions)
        {
            await DeleteAsync(deletion, cancellationToken);
        }

        List<ChildRefusal> refusals = [];
        foreach (var child in children)
        {
            if (!refusals.Any(refusal => PodNeeds.Include(child, refusal.Kind, refusal.Name)) && await ApplyAsync(model, child, cancellationToken) is { } refused)
            {
                refusals.Add(refused);
            }
        }

        return refusals;
    }

    private async Task<ChildRefusal?> ApplyAsync(GreenModel model, IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken)
    {
        var api = apis.For(child);
        var live = await api.FindAsync(child.Namespace(), child.Name(), cancellationToken);
        var mark = SettledChildren.Mark(child);
        if (live is not null)
        {
            if (settled.Contains(live, mark))
            {
                return null;
            }

            var belonging = Belongings.Of(model, live);
            if (belonging == Belonging.SomebodyElses)
            {
                return Taken(child, live);
            }

            if (belonging == Belonging.Predecessors || live.Metadata.DeletionTimestamp is not null)
            {
                // It is made anew once it is gone; its deletion brings the next reconcile.
                return null;
            }

            if (ChildChange.NeedsReplacing(child, live))
            {
                await DeleteAsync(live, cancellationToken);
                return null;
            }
        }

        if (ChildChange.Of(child, live) is { } patch)
        {
            try
            {
                await api.PatchAsync(patch, child.Namespace(), child.Name(), cancellationToken);
            }
            catch (HttpOperationException error) when (ApiRefusal.IsRefusal(error))
            {
                var refusal = ApiRefusal.Of(child, error);
                LogRefused(child.Kind, child.Namespace(), child.Name(), refusal.Reason, refusal.Message);
                return refusal;
            }

            LogApplied(child.Kind, child.Namespace(), child.Name(), live is null ? "created" : "changed");
        }
        else if (live is not null)
        {
            settled.Add(live, mark);
        }

        return null;
    }

    private async Task DeleteAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken)
    {
        await apis.For(child).DeleteAsync(child, cancellationToken);
        LogDeleted(child.Kind, child.Namespace(), child.Name());
    }

    private static ChildRefusal Taken(IKubernetesObject<V1ObjectMeta> child, IKubernetesObject<V1ObjectMeta> live)
    {
        var owner = live.Metadata.OwnerReferences?.FirstOrDefault(reference => reference.Controller == true);
        return new ChildRefusal(
            child.Kind,
            child.Name(),
            ChildRefusal.NameTaken,
            $"{child.Kind} {child.Name()} exists and belongs to {(owner is null ? "somebody else" : $"{owner.Kind} {owner.Name}")}. Delete or rename it, or give the model another name.");
    }

    [LoggerMessage(LogLevel.Information, "{Kind} {Namespace}/{Name} {Change}")]
    private partial void LogApplied(string kind, string @namespace, string name, string change);

    [LoggerMessage(LogLevel.Information, "{Kind} {Namespace}/{Name} deleted")]
    private partial void LogDeleted(string kind, string @namespace, string name);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Namespace}/{Name} is refused ({Reason}): {Message}")]
    private partial void LogRefused(string kind, string @namespace, string name, string reason, string message);
}
