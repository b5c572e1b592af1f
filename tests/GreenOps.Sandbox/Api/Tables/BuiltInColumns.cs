using System.Globalization;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Tables;

/// <summary>The columns of the built-in kinds.</summary>
internal sealed class BuiltInColumns(TimeProvider clock)
{
    private const int Wide = 1;

    /// <summary>The columns of one kind; name and age where it has none of its own.</summary>
    public IReadOnlyList<Column> Of(ResourceType type) => (type.Group, type.Kind) switch
    {
        ("", "Pod") => Pods(),
        ("", "Namespace") => [Name(), Text("Status", "status", "phase"), Age()],
        ("", "Node") => Nodes(),
        ("", "Service") => Services(),
        ("", "ConfigMap") => [Name(), Integer("Data", obj => (obj.Object("data")?.Count ?? 0) + (obj.Object("binaryData")?.Count ?? 0)), Age()],
        ("", "Secret") => [Name(), Text("Type", "type"), Integer("Data", obj => obj.Object("data")?.Count ?? 0), Age()],
        ("", "PersistentVolumeClaim") => Claims(),
        ("", "PersistentVolume") => Volumes(),
        ("", "Event") or ("events.k8s.io", "Event") => Events(),
        ("", "Endpoints") => [Name(), new("Endpoints", "string", Endpoints), Age()],
        ("apps", "Deployment") => Deployments(),
        ("apps", "ReplicaSet") => ReplicaSets(),
        ("batch", "Job") => Jobs(),
        ("coordination.k8s.io", "Lease") => [Name(), Text("Holder", "spec", "holderIdentity"), Age()],
        ("policy", "PodDisruptionBudget") => Budgets(),
        ("networking.k8s.io", "NetworkPolicy") => [Name(), new("Pod-Selector", "string", obj => Selector(obj.Object("spec", "podSelector", "matchLabels"))), Age()],
        ("rbac.authorization.k8s.io", "Role" or "ClusterRole") or ("apiextensions.k8s.io", _) => [Name(), Time("Created At", "metadata", "creationTimestamp")],
        ("rbac.authorization.k8s.io", _) => [Name(), new("Role", "string", obj => $"{obj.String("roleRef", "kind")}/{obj.String("roleRef", "name")}"), Age()],
        _ => [Name(), Age()],
    };

    private IReadOnlyList<Column> Pods() =>
    [
        Name(), new("Ready", "string", PodSummary.Ready), new("Status", "string", PodSummary.Status), new("Restarts", "string", obj => PodSummary.Restarts(obj, clock)), Age(),
        Text("IP", Wide, "status", "podIP"), Text("Node", Wide, "spec", "nodeName"), Text("Nominated Node", Wide, "status", "nominatedNodeName"),
        new("Readiness Gates", "string", _ => "<none>", Wide),
    ];

    private IReadOnlyList<Column> Nodes() =>
    [
        Name(), new("Status", "string", NodeStatus), new("Roles", "string", Roles), Age(), Text("Version", "status", "nodeInfo", "kubeletVersion"),
        new("Internal-IP", "string", obj => Address(obj, "InternalIP"), Wide), new("External-IP", "string", obj => Address(obj, "ExternalIP"), Wide),
        Text("OS-Image", Wide, "status", "nodeInfo", "osImage"), Text("Kernel-Version", Wide, "status", "nodeInfo", "kernelVersion"),
        Text("Container-Runtime", Wide, "status", "nodeInfo", "containerRuntimeVersion"),
    ];

    private IReadOnlyList<Column> Services() =>
    [
        Name(), Text("Type", "spec", "type"), Text("Cluster-IP", "spec", "clusterIP"), new("External-IP", "string", ExternalIp), new("Port(s)", "string", Ports), Age(),
        new("Selector", "string", obj => Selector(obj.Object("spec", "selector")), Wide),
    ];

    private IReadOnlyList<Column> Claims() =>
    [
        Name(), Text("Status", "status", "phase"), Plain("Volume", "spec", "volumeName"), Plain("Capacity", "status", "capacity", "storage"),
        new("Access Modes", "string", obj => AccessModes(obj.Array("status", "accessModes"))), Plain("StorageClass", "spec", "storageClassName"),
        Text("VolumeAttributesClass", "spec", "volumeAttributesClassName"), Age(), Text("VolumeMode", Wide, "spec", "volumeMode"),
    ];

    private IReadOnlyList<Column> Volumes() =>
    [
        Name(), Plain("Capacity", "spec", "capacity", "storage"), new("Access Modes", "string", obj => AccessModes(obj.Array("spec", "accessModes"))),
        Plain("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy"), Plain("Status", "status", "phase"),
        new("Claim", "string", obj => obj.String("spec", "claimRef", "name") is { } claim ? $"{obj.String("spec", "claimRef", "namespace")}/{claim}" : ""),
        Plain("StorageClass", "spec", "storageClassName"), Plain("Reason", "status", "reason"), Age(),
    ];

    private IReadOnlyList<Column> Events() =>
    [
        new("Last Seen", "string", obj => HumanTime.Since(LastSeen(obj), clock)), Text("Type", "type"), Text("Reason", "reason"), new("Object", "string", Involved),
        new("Subobject", "string", obj => obj.String("involvedObject", "fieldPath") ?? obj.String("regarding", "fieldPath") ?? "", Wide),
        new("Source", "string", obj => obj.String("source", "component") ?? obj.String("reportingController") ?? obj.String("reportingComponent") ?? "", Wide),
        new("Message", "string", obj => (obj.String("message") ?? obj.String("note") ?? "").Trim()),
        new("First Seen", "string", obj => HumanTime.Since(FirstSeen(obj), clock), Wide),
        new("Count", "string", obj => (obj.Long("series", "count") ?? obj.Long("count") ?? obj.Long("deprecatedCount") ?? 1).ToString(CultureInfo.InvariantCulture), Wide),
        new("Name", "string", obj => obj.Name(), Wide, "name"),
    ];

    private IReadOnlyList<Column> Deployments() =>
    [
        Name(), new("Ready", "string", obj => $"{obj.Long("status", "readyReplicas") ?? 0}/{obj.Long("spec", "replicas") ?? 0}"),
        Integer("Up-to-date", obj => obj.Long("status", "updatedReplicas") ?? 0), Integer("Available", obj => obj.Long("status", "availableReplicas") ?? 0), Age(), .. Template(),
    ];

    private IReadOnlyList<Column> ReplicaSets() =>
    [
        Name(), Integer("Desired", obj => obj.Long("spec", "replicas") ?? 0), Integer("Current", obj => obj.Long("status", "replicas") ?? 0),
        Integer("Ready", obj => obj.Long("status", "readyReplicas") ?? 0), Age(), .. Template(),
    ];

    private IReadOnlyList<Column> Jobs() =>
    [
        Name(), new("Status", "string", JobStatus), new("Completions", "string", Completions), new("Duration", "string", Duration), Age(), .. Template(),
    ];

    private IReadOnlyList<Column> Budgets() =>
    [
        Name(), new("Min Available", "string", obj => obj.At("spec", "minAvailable") is { } min ? Shown(min) : "N/A"),
        new("Max Unavailable", "string", obj => obj.At("spec", "maxUnavailable") is { } max ? Shown(max) : "N/A"),
        Integer("Allowed Disruptions", obj => obj.Long("status", "disruptionsAllowed") ?? 0), Age(),
    ];

    private static IEnumerable<Column> Template() =>
    [
        new("Containers", "string", obj => Containers(obj, "name"), Wide), new("Images", "string", obj => Containers(obj, "image"), Wide),
        new("Selector", "string", obj => Selector(obj.Object("spec", "selector", "matchLabels")), Wide),
    ];

    private static Column Name() => new("Name", "string", obj => obj.Name(), Format: "name");

    private Column Age() => new("Age", "string", obj => HumanTime.Since(obj.At("metadata", "creationTimestamp"), clock));

    private static Column Text(string name, params string[] path) => Text(name, 0, path);

    private static Column Text(string name, int priority, params string[] path) => new(name, "string", obj => obj.At(path) is { } value ? Shown(value) : "<none>", priority);

    /// <summary>A text column whose absent value is shown as nothing.</summary>
    private static Column Plain(string name, params string[] path) => new(name, "string", obj => obj.At(path) is { } value ? Shown(value) : "");

    private static Column Integer(string name, Func<JsonObject, long> count) => new(name, "integer", obj => count(obj));

    private static Column Time(string name, params string[] path) => new(name, "date", obj => obj.String(path) ?? "<unknown>");

    private static string Shown(JsonNode value) => value.IsString() ? value.GetValue<string>() : value.ToText();

    private static JsonNode NodeStatus(JsonObject node)
    {
        var ready = node.Array("status", "conditions")?.FirstOrDefault(condition => condition.String("type") == "Ready").String("status");
        var status = ready switch { "True" => "Ready", null => "Unknown", _ => "NotReady" };
        return node.Bool("spec", "unschedulable") == true ? status + ",SchedulingDisabled" : status;
    }

    private static JsonNode Roles(JsonObject node)
    {
        const string Prefix = "node-role.kubernetes.io/";
        var roles = node.Labels().Keys.Where(label => label.StartsWith(Prefix, StringComparison.Ordinal)).Select(label => label[Prefix.Length..]).Order(StringComparer.Ordinal).ToList();
        return roles.Count == 0 ? "<none>" : string.Join(',', roles);
    }

    private static JsonNode Address(JsonObject node, string type) =>
        node.Array("status", "addresses")?.FirstOrDefault(address => address.String("type") == type).String("address") ?? "<none>";

    private static JsonNode ExternalIp(JsonObject service) => service.String("spec", "type") switch
    {
        "ExternalName" => service.String("spec", "externalName") ?? "<none>",
        "LoadBalancer" => service.Array("status", "loadBalancer", "ingress")?.FirstOrDefault().String("ip") ?? "<pending>",
        _ => "<none>",
    };

    private static JsonNode Ports(JsonObject service)
    {
        var ports = service.Array("spec", "ports")?.Select(port => $"{port.Long("port")}{(port.Long("nodePort") is { } node ? $":{node}" : "")}/{port.String("protocol")}").ToList() ?? [];
        return ports.Count == 0 ? "<none>" : string.Join(',', ports);
    }

    private static string Selector(JsonObject? labels) => labels is { Count: > 0 } ? string.Join(',', labels.Select(label => $"{label.Key}={label.Value}")) : "<none>";

    private static string AccessModes(JsonArray? modes) => string.Join(',', modes.Strings().Select(mode => mode switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => mode,
    }));

    private static JsonNode Endpoints(JsonObject endpoints)
    {
        var addresses = from subset in endpoints.Array("subsets") ?? []
                        from address in subset.Array("addresses") ?? []
                        from port in subset.Array("ports") ?? []
                        select $"{address.String("ip")}:{port.Long("port")}";
        var list = addresses.ToList();
        return list.Count switch { 0 => "<none>", <= 3 => string.Join(',', list), _ => $"{string.Join(',', list.Take(3))} + {list.Count - 3} more..." };
    }

    private static string Containers(JsonObject obj, string field) =>
        string.Join(',', obj.Array("spec", "template", "spec", "containers")?.Select(container => container.String(field)) ?? []);

    private static JsonNode JobStatus(JsonObject job)
    {
        bool Is(string type) => job.Array("status", "conditions")?.Any(condition => condition.String("type") == type && condition.String("status") == "True") == true;
        if (Is("Complete")) return "Complete";
        if (Is("Failed")) return "Failed";
        if (job.IsTerminating()) return "Terminating";
        if (Is("Suspended")) return "Suspended";
        if (Is("FailureTarget")) return "FailureTarget";
        return Is("SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
    }

    private static JsonNode Completions(JsonObject job)
    {
        var succeeded = job.Long("status", "succeeded") ?? 0;
        if (job.Long("spec", "completions") is { } completions) return $"{succeeded}/{completions}";
        var parallelism = job.Long("spec", "parallelism") ?? 0;
        return parallelism > 1 ? $"{succeeded}/1 of {parallelism}" : $"{succeeded}/1";
    }

    private JsonNode Duration(JsonObject job)
    {
        if (HumanTime.Parse(job.At("status", "startTime")) is not { } start) return "";
        return HumanTime.Duration((HumanTime.Parse(job.At("status", "completionTime")) ?? clock.GetUtcNow()) - start);
    }

    private static JsonNode? LastSeen(JsonObject ev) =>
        ev.At("series", "lastObservedTime") ?? ev["lastTimestamp"] ?? ev["deprecatedLastTimestamp"] ?? ev["eventTime"] ?? ev.At("metadata", "creationTimestamp");

    private static JsonNode? FirstSeen(JsonObject ev) =>
        ev["firstTimestamp"] ?? ev["deprecatedFirstTimestamp"] ?? ev["eventTime"] ?? ev.At("metadata", "creationTimestamp");

    private static JsonNode Involved(JsonObject ev)
    {
        var involved = ev.Object("involvedObject") ?? ev.Object("regarding");
        return $"{involved.String("kind")?.ToLowerInvariant()}/{involved.String("name")}";
    }
}
