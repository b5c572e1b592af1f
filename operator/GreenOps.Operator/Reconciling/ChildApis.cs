using GreenOps.Hosting;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>The child kinds of a GreenModel and how to call for each.</summary>
[EntityRbac(
    typeof(V1PersistentVolumeClaim), typeof(V1ConfigMap), typeof(V1Service), typeof(V1Job), typeof(V1Deployment),
    Verbs = RbacVerb.Get | RbacVerb.List | RbacVerb.Watch | RbacVerb.Create | RbacVerb.Patch)]
[EntityRbac(typeof(V1Job), Verbs = RbacVerb.Delete)]
internal sealed class ChildApis(
    IKubernetes client,
    IObjectCache<V1PersistentVolumeClaim> claims,
    IObjectCache<V1ConfigMap> configMaps,
    IObjectCache<V1Service> services,
    IObjectCache<V1Job> jobs,
    IObjectCache<V1Deployment> deployments)
{
    private readonly Dictionary<Type, IChildApi> apis = new()
    {
        [typeof(V1PersistentVolumeClaim)] = new ChildApi<V1PersistentVolumeClaim>(
            claims,
            (name, ns, token) => client.CoreV1.ReadNamespacedPersistentVolumeClaimAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.CoreV1.PatchNamespacedPersistentVolumeClaimAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, token) => client.CoreV1.DeleteNamespacedPersistentVolumeClaimAsync(name, ns, propagationPolicy: Background, cancellationToken: token)),
        [typeof(V1ConfigMap)] = new ChildApi<V1ConfigMap>(
            configMaps,
            (name, ns, token) => client.CoreV1.ReadNamespacedConfigMapAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.CoreV1.PatchNamespacedConfigMapAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, token) => client.CoreV1.DeleteNamespacedConfigMapAsync(name, ns, propagationPolicy: Background, cancellationToken: token)),
        [typeof(V1Service)] = new ChildApi<V1Service>(
            services,
            (name, ns, token) => client.CoreV1.ReadNamespacedServiceAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.CoreV1.PatchNamespacedServiceAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, token) => client.CoreV1.DeleteNamespacedServiceAsync(name, ns, propagationPolicy: Background, cancellationToken: token)),
        [typeof(V1Job)] = new ChildApi<V1Job>(
            jobs,
            (name, ns, token) => client.BatchV1.ReadNamespacedJobAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.BatchV1.PatchNamespacedJobAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, token) => client.BatchV1.DeleteNamespacedJobAsync(name, ns, propagationPolicy: Background, cancellationToken: token)),
        [typeof(V1Deployment)] = new ChildApi<V1Deployment>(
            deployments,
            (name, ns, token) => client.AppsV1.ReadNamespacedDeploymentAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.AppsV1.PatchNamespacedDeploymentAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, token) => client.AppsV1.DeleteNamespacedDeploymentAsync(name, ns, propagationPolicy: Background, cancellationToken: token)),
    };

    /// <summary>The operator's name as owner of fields.</summary>
    public const string Manager = "greenops";

    private const string Background = "Background";

    /// <summary>The calls for a child's kind.</summary>
    public IChildApi For(IKubernetesObject<V1ObjectMeta> child) => apis[child.GetType()];

    private static bool? Force(V1Patch patch) => patch.Type == V1Patch.PatchType.ApplyPatch ? true : null;
}
