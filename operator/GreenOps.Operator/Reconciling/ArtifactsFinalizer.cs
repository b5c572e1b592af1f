using System.Net;
using System.Text.Json.Nodes;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Hosting;
using GreenOps.Operator.Desired;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>
/// Holds a model of retention Keep until its claim is free of it. Models of retention Delete need no finalizer: their
/// claim is owned, and garbage collection takes it.
/// </summary>
[EntityRbac(typeof(GreenModel), Verbs = RbacVerb.Patch)]
internal sealed partial class ArtifactsFinalizer(IKubernetes client, ChildApis apis, ILogger<ArtifactsFinalizer> logger)
{
    /// <summary>The finalizers that the model should have now.</summary>
    public static IReadOnlyList<string> Wanted(GreenModel model)
    {
        var others = (model.Metadata.Finalizers ?? []).Where(name => name != Labels.ArtifactsFinalizer);
        var holds = model.Metadata.DeletionTimestamp is null && model.Spec.Artifacts.Retention == ArtifactRetention.Keep;
        return holds ? [.. others, Labels.ArtifactsFinalizer] : [.. others];
    }

    /// <summary>Frees the claim of a model that is being deleted, then brings the model's finalizers in line.</summary>
    /// <returns>Whether the model was written: the change brings the next reconcile.</returns>
    public async Task<bool> SettleAsync(GreenModel model, CancellationToken cancellationToken)
    {
        var (current, wanted) = (model.Metadata.Finalizers ?? [], Wanted(model));
        if (current.Order(StringComparer.Ordinal).SequenceEqual(wanted.Order(StringComparer.Ordinal)))
        {
            return false;
        }

        if (model.Metadata.DeletionTimestamp is not null && model.Spec.Artifacts.Retention == ArtifactRetention.Keep)
        {
            await FreeAsync(model, cancellationToken);
        }

        await WriteAsync(model, wanted, cancellationToken);
        return true;
    }

    private async Task FreeAsync(GreenModel model, CancellationToken cancellationToken)
    {
        var kept = StoreClaim.Kept(model);
        var api = apis.For(kept);
        var live = await api.FindAsync(model.Namespace(), kept.Name(), cancellationToken);
        if (live is null || live.Metadata.DeletionTimestamp is not null || Belongings.Of(model, live) != Belonging.Ours || ChildChange.Of(kept, live) is not { } patch)
        {
            return;
        }

        try
        {
            await api.PatchAsync(patch, model.Namespace(), kept.Name(), cancellationToken);
            LogKept(model.Namespace(), kept.Name(), model.Name());
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            // Somebody deleted it meanwhile: there is nothing to keep.
        }
        catch (HttpOperationException error) when (ApiRefusal.IsRefusal(error) && live.Metadata.OwnerReferences?.Any(owner => owner.Uid == model.Uid()) != true)
        {
            // The claim is free already, and only its label is missing: not worth holding a deletion up.
            LogUnlabelled(model.Namespace(), kept.Name(), error.Response.Content);
        }
    }

    private async Task WriteAsync(GreenModel model, IReadOnlyList<string> finalizers, CancellationToken cancellationToken)
    {
        JsonObject patch = new()
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = model.ResourceVersion(),
                ["finalizers"] = new JsonArray([.. finalizers.Select(name => JsonValue.Create(name))]),
            },
        };
        try
        {
            await client.CustomObjects.PatchNamespacedCustomObjectAsync(
                new V1Patch(patch.ToJsonString(), V1Patch.PatchType.MergePatch),
                ApiGroup.Name, ApiGroup.Version, model.Namespace(), GreenModel.KubePluralName, model.Name(),
                fieldManager: ChildApis.Manager, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            // Gone already: what was wanted.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Claim {Namespace}/{Name} is kept and cannot be labelled so: {Problem}")]
    private partial void LogUnlabelled(string @namespace, string name, string problem);

    [LoggerMessage(LogLevel.Information, "Claim {Namespace}/{Name} outlives model {Model}")]
    private partial void LogKept(string @namespace, string name, string model);
}
