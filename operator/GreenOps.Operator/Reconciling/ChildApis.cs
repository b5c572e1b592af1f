using GreenOps.Hosting;
using GreenOps.Operator.Desired;
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
            claims, client.CoreV1.ReadNamespacedPersistentVolumeClaimAsync, client.CoreV1.PatchNamespacedPersistentVolumeClaimAsync, client.CoreV1.DeleteNamespacedPersistentVolumeClaimAsync),
        [typeof(V1ConfigMap)] = new ChildApi<V1ConfigMap>(
            configMaps, client.CoreV1.ReadNamespacedConfigMapAsync, client.CoreV1.PatchNamespacedConfigMapAsync, client.CoreV1.DeleteNamespacedConfigMapAsync),
        [typeof(V1Service)] = new ChildApi<V1Service>(
            services, client.CoreV1.ReadNamespacedServiceAsync, client.CoreV1.PatchNamespacedServiceAsync, client.CoreV1.DeleteNamespacedServiceAsync),
        [typeof(V1Job)] = new ChildApi<V1Job>(
            jobs, client.BatchV1.ReadNamespacedJobAsync, client.BatchV1.PatchNamespacedJobAsync, client.BatchV1.DeleteNamespacedJobAsync),
        [typeof(V1Deployment)] = new ChildApi<V1Deployment>(
            deployments, client.AppsV1.ReadNamespacedDeploymentAsync, client.AppsV1.PatchNamespacedDeploymentAsync, client.AppsV1.DeleteNamespacedDeploymentAsync),
        [typeof(V1PodDisruptionBudget)] = new ChildApi<V1PodDisruptionBudget>(
            budgets, client.PolicyV1.ReadNamespacedPodDisruptionBudgetAsync, client.PolicyV1.PatchNamespacedPodDisruptionBudgetAsync, client.PolicyV1.DeleteNamespacedPodDisruptionBudgetAsync),
        [typeof(V1NetworkPolicy)] = new ChildApi<V1NetworkPolicy>(
            policies, client.NetworkingV1.ReadNamespacedNetworkPolicyAsync, client.NetworkingV1.PatchNamespacedNetworkPolicyAsync, client.NetworkingV1.DeleteNamespacedNetworkPolicyAsync),
    };

    /// <summary>The operator's name as owner of fields.</summary>
    public const string Manager = OwnedFields.Manager;

    /// <summary>The calls for a child's kind.</summary>
    public IChildApi For(IKubernetesObject<V1ObjectMeta> child) => apis[child.GetType()];
}
