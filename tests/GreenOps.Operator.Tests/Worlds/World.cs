using System.Text.Json.Nodes;
using GreenOps.Api;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Contract;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Load;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Reconciling;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Worlds;

/// <summary>
/// A cluster of one model in memory. The planner plans, the applier's own rule says what would be written, and the
/// test moves Jobs, pods and reports along.
/// </summary>
internal sealed class World
{
    private readonly SortedDictionary<(string Kind, string Name), IKubernetesObject<V1ObjectMeta>> children = [];
    private readonly SortedDictionary<string, V1Pod> pods = new(StringComparer.Ordinal);

    public World(GreenModelSpec? spec = null) => Model = Samples.Model(spec);

    public GreenModel Model { get; set; }

    public CarbonZone? Zone { get; set; } = Samples.Hourly(Samples.Noon, 300);

    public IReadOnlyList<CarbonZone> TrainingZones { get; set; } = [];

    public IReadOnlyList<V1Node> Nodes { get; set; } = [];

    public IReadOnlyList<CarbonBudget> Budgets { get; set; } = [];

    public DateTimeOffset Now { get; set; } = Samples.Noon;

    public OperatorOptions Options { get; } = Samples.Options;

    public SortedDictionary<string, ServerLoad> Servers { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, StageLoad> StageLoads { get; } = new(StringComparer.Ordinal);

    public double RequestsPerSecond { get; set; }

    /// <summary>What the query of a serving container of the user's own answers.</summary>
    public DemandReading? Demand { get; set; }

    /// <summary>Children that are refused, by name.</summary>
    public Dictionary<string, ChildRefusal> Refused { get; } = [];

    /// <summary>Events of all reconciles so far.</summary>
    public List<PlannedEvent> Events { get; } = [];

    /// <summary>Kind and name of every write so far, in order; a deletion with a minus before it.</summary>
    public List<string> Writes { get; } = [];

    public GreenModelStatus Status => Model.Status!;

    public IReadOnlyList<V1Job> Jobs => [.. children.Values.OfType<V1Job>()];

    public IEnumerable<V1Pod> Pods => pods.Values;

    public V1Deployment? Deployment => Find<V1Deployment>("fashion-server");

    public V1Job? Sweep => Jobs.SingleOrDefault(job => SweepPlanner.IsSweep(job));

    public V1Service? Service => Find<V1Service>("fashion");

    public RoutingTable? Routing => RoutingConfigMap.Read(Find<V1ConfigMap>("fashion-routing"));

    public string RoutingText => Find<V1ConfigMap>("fashion-routing")!.Data["routing.json"];

    public ModelStages Stages => StageDocuments.Of(Model, Options);

    public V1Condition Condition(string type) => Status.Conditions!.Single(condition => condition.Type == type);

    public V1Condition? ConditionOrNone(string type) => Status.Conditions!.SingleOrDefault(condition => condition.Type == type);

    public VariantStatus Variant(string name) => Status.Variants!.Single(variant => variant.Name == name);

    public Stage Stage(string name) => Stages.All.Single(stage => stage.Name == name);

    public V1Job Job(string stage) => JobOrNone(stage) ?? throw new InvalidOperationException($"There is no Job for {stage}; there are: {string.Join(", ", Jobs.Select(job => job.Name()))}.");

    public V1Job? JobOrNone(string stage) => Find<V1Job>(ChildNames.Stage(Model, Stage(stage)));

    public bool Has<T>(string name) => children.ContainsKey((typeof(T).Name, name));

    public GreenModelObservation Observe() => new()
    {
        Model = Model,
        Zone = Zone,
        TrainingZones = TrainingZones,
        Nodes = Nodes,
        Budgets = Budgets,
        Jobs = Jobs,
        Pods = [.. pods.Values],
        Deployment = Deployment,
        Claim = Find<V1PersistentVolumeClaim>("fashion-artifacts"),
        ConfigMaps = [.. children.Values.OfType<V1ConfigMap>()],
        Routing = Find<V1ConfigMap>("fashion-routing"),
        Load = new LoadSnapshot([.. Servers.Values], [.. StageLoads.Values], RequestsPerSecond) { Demand = Demand },
        Now = Now,
        Options = Options,
    };

    /// <summary>
    /// Reconciles until nothing is written any more, as watches make a real operator do, and proves that the last plan,
    /// which found everything done, says nothing either.
    /// </summary>
    public GreenModelPlan Reconcile()
    {
        for (var round = 0; round < 10; round++)
        {
            var (writes, events) = (Writes.Count, Events.Count);
            var plan = Apply(GreenModelPlanner.Plan(Observe()));
            if (Writes.Count == writes)
            {
                Assert.Empty(plan.Deletions);
                Assert.Equal(events, Events.Count);
                return plan;
            }
        }

        throw new InvalidOperationException($"The plans never come to rest; the last writes were {string.Join(", ", Writes.TakeLast(6))}.");
    }

    public void Edit(Func<GreenModelSpec, GreenModelSpec> change)
    {
        Model = Model with { Spec = change(Model.Spec), Metadata = Copy.Of(Model.Metadata) };
        Model.Metadata.Generation++;
    }

    public void Pass(TimeSpan time) => Now += time;

    /// <summary>Puts a pod of the stage's Job into the state that the change gives it.</summary>
    public V1Pod StagePod(string stage, Action<V1PodStatus>? change = null, int number = 0)
    {
        var job = Job(stage);
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta
            {
                Name = $"{job.Name()}-{number}",
                NamespaceProperty = "shop",
                Labels = job.Spec.Template.Metadata.Labels,
            },
            Status = new V1PodStatus { Phase = "Running", PodIP = "10.0.0.1" },
        };
        change?.Invoke(pod.Status);
        pods[pod.Name()] = pod;
        return pod;
    }

    /// <summary>Ends the stage's pod with a report in its termination message.</summary>
    public void Report(string stage, StageReport report, int exitCode, int number = 0) => StagePod(
        stage,
        status =>
        {
            status.Phase = exitCode == 0 ? "Succeeded" : "Failed";
            status.ContainerStatuses = [Terminated(exitCode, System.Text.Encoding.UTF8.GetString(ContractJson.Write(report)))];
        },
        number);

    public static V1ContainerStatus Terminated(int exitCode, string? message, string? reason = null) => new()
    {
        Name = StageJob.Container,
        State = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = exitCode, Message = message, Reason = reason } },
    };

    /// <summary>The user's training container in the stage's pod ends; the pod with it, unless it ended well.</summary>
    public void EndCustom(string stage, int exitCode, string? message = null, string? reason = null, int number = 0) => StagePod(
        stage,
        status =>
        {
            status.Phase = exitCode == 0 ? "Running" : "Failed";
            status.InitContainerStatuses = [Terminated(exitCode, message, reason)];
            status.InitContainerStatuses[0].Name = CustomTrainer.Container;
            status.InitContainerStatuses[0].State.Terminated.StartedAt = Now.AddMinutes(-10).UtcDateTime;
            status.InitContainerStatuses[0].State.Terminated.FinishedAt = Now.UtcDateTime;
        },
        number);

    public void EndJob(string stage, string condition, string? reason = null, string? message = null) =>
        EndJob(Job(stage), condition, reason, message);

    public static void EndJob(V1Job job, string condition, string? reason = null, string? message = null)
    {
        job.Status ??= new V1JobStatus();
        job.Status.Active = 0;
        job.Status.Conditions = [new V1JobCondition { Type = condition, Status = "True", Reason = reason, Message = message }];
    }

    /// <summary>The stage's pod succeeds with a report, then its Job is complete.</summary>
    public void Finish(string stage, StageReport? report = null)
    {
        Report(stage, report ?? Reports.Success(this, stage), ExitCodes.Done);
        EndJob(stage, "Complete");
    }

    /// <summary>The stage's pod finds that its input can never work, then its Job has failed.</summary>
    public void Fail(string stage, string reason = StageReasons.DatasetMissing, string message = "There is no data set at /data.")
    {
        Report(stage, Reports.Failure(this, stage, reason, message), ExitCodes.BadInput);
        EndJob(stage, "Failed", "PodFailurePolicy", "Container trainer exited with 64.");
    }

    public void Remove(IKubernetesObject<V1ObjectMeta> child) => children.Remove(Key(child));

    /// <summary>Deletes a child by hand, by the words of <see cref="Writes"/>.</summary>
    public void Remove(string child) => Assert.True(children.Remove(child.Split(' ') is [var kind, var name] ? (kind, name) : default));

    /// <summary>Takes a child away, if it is there.</summary>
    public void Remove(string name, string kind) => children.Remove(($"V1{kind}", name));

    public void SweepPod(string phase)
    {
        var labels = Sweep!.Spec.Template.Metadata.Labels;
        pods["sweep"] = new V1Pod { Metadata = new V1ObjectMeta { Name = "sweep", NamespaceProperty = "shop", Labels = labels }, Status = new V1PodStatus { Phase = phase } };
    }

    public void RemovePods(Func<V1Pod, bool> which)
    {
        foreach (var pod in pods.Values.Where(which).ToList())
        {
            pods.Remove(pod.Name());
            Servers.Remove(pod.Name());
            StageLoads.Remove(pod.Name());
        }
    }

    /// <summary>What the Deployment controller, the kubelet and the servers do: as many ready pods as asked for, with the routed artifacts loaded.</summary>
    public void RollOut(double busy = 0.5)
    {
        var deployment = Deployment!;
        deployment.Status = new V1DeploymentStatus { ObservedGeneration = deployment.Generation(), Replicas = deployment.Spec.Replicas, ReadyReplicas = deployment.Spec.Replicas, UpdatedReplicas = deployment.Spec.Replicas };
        RemovePods(pod => pod.GetLabel(Labels.Component) == Labels.ServerComponent && int.Parse(pod.Name().Split('-')[^1]) >= deployment.Spec.Replicas);
        for (var number = 0; number < deployment.Spec.Replicas; number++)
        {
            var pod = ServerPod(number);
            Serve(pod.Name(), busy);
        }
    }

    public V1Pod ServerPod(int number, Action<V1PodStatus>? change = null)
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta
            {
                Name = $"fashion-server-{number}",
                NamespaceProperty = "shop",
                Labels = Deployment!.Spec.Template.Metadata.Labels,
            },
            Status = new V1PodStatus { Phase = "Running", Conditions = [new V1PodCondition { Type = "Ready", Status = "True", LastTransitionTime = Now.AddMinutes(-1).UtcDateTime }] },
        };
        change?.Invoke(pod.Status);
        pods[pod.Name()] = pod;
        return pod;
    }

    /// <summary>Sets what a server says of itself; counters keep their value when not given.</summary>
    public void Serve(string pod, double busy = 0.5, double? joules = null, params (string Variant, long Count)[] requests)
    {
        var before = Servers.GetValueOrDefault(pod);
        Servers[pod] = new ServerLoad(
            pod,
            busy,
            joules ?? before?.Joules ?? 0,
            requests.Length > 0 ? requests.ToDictionary(entry => entry.Variant, entry => entry.Count) : before?.Requests ?? new Dictionary<string, long>(),
            Routing!.Variants.Select(variant => variant.Path).ToHashSet());
    }

    /// <summary>Walks a fresh model to the point at which it serves.</summary>
    public World Serving(Func<string, StageReport>? report = null)
    {
        Reconcile();
        Finish(Stages.Training.Name, report?.Invoke(Stages.Training.Name));
        Reconcile();
        foreach (var stage in Stages.Compressions)
        {
            Finish(stage.Name, report?.Invoke(stage.Name));
            Reconcile();
        }

        RollOut();
        Reconcile();
        return this;
    }

    public GreenModelPlan Apply(GreenModelPlan plan)
    {
        var observation = Observe();
        foreach (var deletion in plan.Deletions)
        {
            Writes.Add($"-{deletion.GetType().Name} {deletion.Name()}");
            children.Remove((deletion.GetType().Name, deletion.Name()));
            RemovePods(pod => pod.Name().StartsWith($"{deletion.Name()}-", StringComparison.Ordinal));
        }

        List<ChildRefusal> refusals = [];
        foreach (var child in plan.Children.Where(child => !refusals.Any(refusal => PodNeeds.Include(child, refusal.Kind, refusal.Name))))
        {
            if (Refused.TryGetValue(child.Name(), out var refusal) && refusal.Kind == child.Kind)
            {
                refusals.Add(refusal);
            }
            else
            {
                Apply(child);
            }
        }

        if (refusals.Count > 0)
        {
            plan = GreenModelPlanner.Plan(observation with { Refusals = refusals });
        }

        if (!StatusText.Same(plan.Status, Model.Status))
        {
            Writes.Add("status");
            Model = Model with { Status = Copy.Of(plan.Status) };
        }

        Events.AddRange(plan.Events);
        return plan;
    }

    private void Apply(IKubernetesObject<V1ObjectMeta> child)
    {
        var live = children.GetValueOrDefault(Key(child));
        if (live is not null && ChildChange.NeedsReplacing(child, live))
        {
            Writes.Add($"-{child.GetType().Name} {child.Name()}");
            children.Remove(Key(child));
            return;
        }

        if (ChildChange.Of(child, live) is not { } patch)
        {
            return;
        }

        Writes.Add($"{child.GetType().Name} {child.Name()}");
        var content = patch.Type == V1Patch.PatchType.MergePatch
            ? Merge.Apply(JsonTree.Of(live!)!, JsonNode.Parse((string)patch.Content)!)
            : JsonTree.Of(child)!;
        var stored = Read(child, content.ToJsonString());
        stored.Metadata.CreationTimestamp = live?.Metadata.CreationTimestamp ?? Now.UtcDateTime;
        stored.Metadata.Generation = (live?.Metadata.Generation ?? 0) + 1;
        stored.Metadata.ManagedFields ??= live?.Metadata.ManagedFields;
        stored.Metadata.Uid ??= $"uid-of-{child.Name()}";
        if (stored is V1Deployment changed)
        {
            changed.Status = (live as V1Deployment)?.Status;
            changed.Spec.Replicas ??= (live as V1Deployment)?.Spec.Replicas ?? 1;
        }

        children[Key(child)] = stored;
    }

    /// <summary>Reads an object of the child's kind.</summary>
    public static IKubernetesObject<V1ObjectMeta> Read(IKubernetesObject<V1ObjectMeta> child, string json) => child switch
    {
        V1Job => KubernetesJson.Deserialize<V1Job>(json),
        V1Deployment => KubernetesJson.Deserialize<V1Deployment>(json),
        V1ConfigMap => KubernetesJson.Deserialize<V1ConfigMap>(json),
        V1Service => KubernetesJson.Deserialize<V1Service>(json),
        V1PersistentVolumeClaim => KubernetesJson.Deserialize<V1PersistentVolumeClaim>(json),
        V1PodDisruptionBudget => KubernetesJson.Deserialize<V1PodDisruptionBudget>(json),
        V1NetworkPolicy => KubernetesJson.Deserialize<V1NetworkPolicy>(json),
        _ => throw new InvalidOperationException($"A {child.Kind} is no child of a model."),
    };

    /// <summary>The child of that kind and name; null when there is none.</summary>
    public T? Find<T>(string name)
        where T : class => children.GetValueOrDefault((typeof(T).Name, name)) as T;

    private static (string Kind, string Name) Key(IKubernetesObject<V1ObjectMeta> child) => (child.GetType().Name, child.Name());
}
