using System.Text;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Writing;

/// <summary>What the server itself does to the built-in kinds beyond their schemas.</summary>
internal static class BuiltInBehaviour
{
    /// <summary>Defaults that depend on other fields.</summary>
    public static void Default(ResourceType type, JsonObject obj)
    {
        switch (type.Kind)
        {
            case "Pod" when type.Group.Length == 0:
                DefaultPodSpec(obj.Object("spec"));
                break;
            case "Deployment" when type.Group == "apps":
                DefaultDeployment(obj.Object("spec"));
                break;
            case "ReplicaSet" when type.Group == "apps":
                DefaultPodSpec(obj.Object("spec", "template", "spec"));
                break;
            case "Job" when type.Group == "batch":
                DefaultJob(obj.Object("spec"));
                break;
            case "Service" when type.Group.Length == 0:
                DefaultService(obj.Object("spec"));
                break;
            case "Secret" when type.Group.Length == 0:
                EncodeStringData(obj);
                break;
            case "CustomResourceDefinition":
                DefaultNames(obj.Object("spec", "names"));
                break;
        }
    }

    /// <summary>What a new object gets from the server, status included.</summary>
    public static void PrepareCreate(ResourceType type, JsonObject obj, string now)
    {
        switch (type.Kind)
        {
            case "Namespace" when type.Group.Length == 0:
                obj.Meta().Ensure("labels")["kubernetes.io/metadata.name"] = obj.Name();
                obj.Ensure("spec")["finalizers"] = new JsonArray("kubernetes");
                obj.Ensure("status")["phase"] = "Active";
                break;
            case "Pod" when type.Group.Length == 0:
                obj["status"] = new JsonObject { ["phase"] = "Pending" };
                break;
            case "PersistentVolumeClaim" or "PersistentVolume" when type.Group.Length == 0:
                obj["status"] = new JsonObject { ["phase"] = "Pending" };
                break;
            case "Deployment" or "ReplicaSet" when type.Group == "apps":
                obj["status"] = type.Kind == "ReplicaSet" ? new JsonObject { ["replicas"] = 0 } : [];
                break;
            case "Job" when type.Group == "batch":
                obj["status"] = new JsonObject();
                SelectJobPods(obj);
                break;
            case "CustomResourceDefinition":
                Establish(obj, now);
                break;
        }
    }

    /// <summary>What an update changes along with the fields it sets.</summary>
    public static void PrepareUpdate(ResourceType type, JsonObject live, JsonObject obj, string now)
    {
        if (type.Kind == "CustomResourceDefinition" && !live["spec"].Same(obj["spec"])) Establish(obj, now);
    }

    /// <summary>A pod on a node stays until its kubelet deletes it for good; namespaces and definitions until they are empty.</summary>
    public static bool StaysWhileTerminating(ResourceType type, JsonObject obj) =>
        type.Storage == new StorageKey("", "namespaces")
        || (type.Storage == new StorageKey("", "pods") && obj.Long("metadata", "deletionGracePeriodSeconds") > 0);

    private static void DefaultPodSpec(JsonObject? spec)
    {
        foreach (var list in (string[])["containers", "initContainers"])
        {
            foreach (var container in spec.Array(list)?.OfType<JsonObject>() ?? [])
            {
                var image = container.String("image") ?? "";
                var isLatest = image.EndsWith(":latest", StringComparison.Ordinal) || (!image.Contains('@') && !image[(image.LastIndexOf('/') + 1)..].Contains(':'));
                container.Default("imagePullPolicy", isLatest ? "Always" : "IfNotPresent");
                DefaultRequests(container);
            }
        }
    }

    /// <summary>A limit without a request is its own request.</summary>
    private static void DefaultRequests(JsonObject container)
    {
        if (container.Object("resources", "limits") is not { Count: > 0 } limits) return;
        var requests = container.Ensure("resources").Ensure("requests");
        foreach (var (name, limit) in limits)
        {
            if (limit is not null) requests.Default(name, limit.DeepClone());
        }
    }

    private static void DefaultDeployment(JsonObject? spec)
    {
        DefaultPodSpec(spec.Object("template", "spec"));
        if (spec.String("strategy", "type") != "RollingUpdate") return;
        var rolling = spec!.Ensure("strategy").Ensure("rollingUpdate");
        rolling.Default("maxUnavailable", "25%");
        rolling.Default("maxSurge", "25%");
    }

    private static void DefaultJob(JsonObject? spec)
    {
        if (spec is null) return;
        DefaultPodSpec(spec.Object("template", "spec"));
        // With parallelism but no completions a job is a work queue: any success ends it.
        if (spec["completions"] is null && spec["parallelism"] is null) spec["completions"] = 1;
        spec.Default("parallelism", 1);
        if (spec["podFailurePolicy"] is not null) spec["podReplacementPolicy"] = "Failed";
    }

    private static void DefaultService(JsonObject? spec)
    {
        foreach (var port in spec.Array("ports")?.OfType<JsonObject>() ?? [])
        {
            if (port["port"] is { } number) port.Default("targetPort", number.DeepClone());
        }
        if (spec.String("type") == "ExternalName") spec!.Remove("internalTrafficPolicy");
    }

    private static void EncodeStringData(JsonObject secret)
    {
        if (secret.Object("stringData") is not { } plain) return;
        var data = secret.Ensure("data");
        foreach (var (name, value) in plain) data[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value?.GetValue<string>() ?? ""));
        secret.Remove("stringData");
    }

    private static void DefaultNames(JsonObject? names)
    {
        if (names?.String("kind") is not { } kind) return;
        names.Default("singular", kind.ToLowerInvariant());
        names.Default("listKind", kind + "List");
    }

    private static void SelectJobPods(JsonObject job)
    {
        if (job.Bool("spec", "manualSelector") == true || job.Object("spec") is not { } spec) return;
        spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = job.Uid() } };
        var labels = spec.Ensure("template").Ensure("metadata").Ensure("labels");
        foreach (var prefix in (string[])["batch.kubernetes.io/", ""])
        {
            labels[prefix + "controller-uid"] = job.Uid();
            labels[prefix + "job-name"] = job.Name();
        }
    }

    private static void Establish(JsonObject definition, string now)
    {
        if (!definition.IsTerminating()) definition.SetFinalizers([.. definition.Finalizers().Union([CustomResources.CleanupFinalizer])]);
        var status = definition.Ensure("status");
        var stored = definition.Array("spec", "versions")?.OfType<JsonObject>().FirstOrDefault(version => version.Bool("storage") == true)?.String("name");
        status["acceptedNames"] = definition.Object("spec", "names")?.DeepClone();
        status["storedVersions"] = status.Array("storedVersions").Strings().Union(stored is null ? [] : [stored]).ToJsonArray();
        status.Default("conditions", new JsonArray(
            Condition("NamesAccepted", "NoConflicts", "no conflicts found", now),
            Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now)));
    }

    private static JsonObject Condition(string type, string reason, string message, string now) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["reason"] = reason,
        ["message"] = message,
        ["lastTransitionTime"] = now,
    };
}
