using GreenOps.Hosting;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>The child kinds of a GreenModel and how to call for each.</summary>
[EntityRbac(
    typeof(V1PersistentVolumeClaim), typeof(V1ConfigMap), typeof(V1Service), typeof(V1Job), typeof(V1Deployment),
    typeof(V1PodDisruptionBudget), typeof(V1NetworkPolicy),
    Verbs = RbacVerb.Get | RbacVerb.List | RbacVerb.Watch | RbacVerb.Create | RbacVerb.Patch)]
[EntityRbac(typeof(V1ConfigMap), typeof(V1Job), Verbs = RbacVerb.Delete)]
internal sealed class ChildApis(
    IKubernetes client,
    IObjectCache<V1PersistentVolumeClaim> claims,
    IObjectCache<V1ConfigMap> configMaps,
    IObjectCache<V1Service> services,
    IObjectCache<V1Job> jobs,
    IObjectCache<V1Deployment> deployments,
    IObjectCache<V1PodDisruptionBudget> budgets,
    IObjectCache<V1NetworkPolicy> policies)
{
    private readonly Dictionary<Type, IChildApi> apis = new()
    {
        [typeof(V1PersistentVolumeClaim)] = new ChildApi<V1PersistentVolumeClaim>(
            claims,
            (name, ns, token) => client.CoreV1.ReadNamespacedPersistentVolumeClaimAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.CoreV1.PatchNamespacedPersistentVolumeClaimAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, options, token) => client.CoreV1.DeleteNamespacedPersistentVolumeClaimAsync(name, ns, options, cancellationToken: token)),
        [typeof(V1ConfigMap)] = new ChildApi<V1ConfigMap>(
            configMaps,
            (name, ns, token) => client.CoreV1.ReadNamespacedConfigMapAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.CoreV1.PatchNamespacedConfigMapAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, options, token) => client.CoreV1.DeleteNamespacedConfigMapAsync(name, ns, options, cancellationToken: token)),
        [typeof(V1Service)] = new ChildApi<V1Service>(
            services,
            (name, ns, token) => client.CoreV1.ReadNamespacedServiceAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.CoreV1.PatchNamespacedServiceAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, options, token) => client.CoreV1.DeleteNamespacedServiceAsync(name, ns, options, cancellationToken: token)),
        [typeof(V1Job)] = new ChildApi<V1Job>(
            jobs,
            (name, ns, token) => client.BatchV1.ReadNamespacedJobAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.BatchV1.PatchNamespacedJobAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, options, token) => client.BatchV1.DeleteNamespacedJobAsync(name, ns, options, cancellationToken: token)),
        [typeof(V1Deployment)] = new ChildApi<V1Deployment>(
            deployments,
            (name, ns, token) => client.AppsV1.ReadNamespacedDeploymentAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.AppsV1.PatchNamespacedDeploymentAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, options, token) => client.AppsV1.DeleteNamespacedDeploymentAsync(name, ns, options, cancellationToken: token)),
        [typeof(V1PodDisruptionBudget)] = new ChildApi<V1PodDisruptionBudget>(
            budgets,
            (name, ns, token) => client.PolicyV1.ReadNamespacedPodDisruptionBudgetAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.PolicyV1.PatchNamespacedPodDisruptionBudgetAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, options, token) => client.PolicyV1.DeleteNamespacedPodDisruptionBudgetAsync(name, ns, options, cancellationToken: token)),
        [typeof(V1NetworkPolicy)] = new ChildApi<V1NetworkPolicy>(
            policies,
            (name, ns, token) => client.NetworkingV1.ReadNamespacedNetworkPolicyAsync(name, ns, cancellationToken: token),
            (patch, name, ns, token) => client.NetworkingV1.PatchNamespacedNetworkPolicyAsync(patch, name, ns, fieldManager: Manager, force: Force(patch), cancellationToken: token),
            (name, ns, options, token) => client.NetworkingV1.DeleteNamespacedNetworkPolicyAsync(name, ns, options, cancellationToken: token)),
    };

    /// <summary>The operator's name as owner of fields.</summary>
    public const string Manager = "greenops";

    /// <summary>The calls for a child's kind.</summary>
    public IChildApi For(IKubernetesObject<V1ObjectMeta> child) => apis[child.GetType()];

    private static bool? Force(V1Patch patch) => patch.Type == V1Patch.PatchType.ApplyPatch ? true : null;
}
