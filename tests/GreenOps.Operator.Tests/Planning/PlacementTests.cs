using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Contract;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>A training that may go to several zones.</summary>
public sealed class PlacementTests
{
    private static readonly GreenModelSpec Spec = Samples.Spec with
    {
        Training = Samples.Training with
        {
            PodTemplate = new PodOverlay { NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" } },
            Placement = [Place("de"), Place("fr")],
        },
    };

    [Fact]
    public void The_job_goes_to_the_nodes_of_the_cleanest_zone_and_stays_there()
    {
        var world = Placed();
        world.Reconcile();

        var job = world.Job(StageNames.Train);
        Assert.Equal("fr", job.Metadata.Labels[Labels.CarbonZone]);
        Assert.Equal([("disk", "ssd"), ("region", "fr")], job.Spec.Template.Spec.NodeSelector.Select(label => (label.Key, label.Value)).Order());
        Assert.Equal("fr", world.Status.Training!.CarbonZone);
        Assert.Contains("60 g/kWh are predicted", world.Status.Training.Placement, StringComparison.Ordinal);
        Assert.Contains(world.Events, told => told.Reason == "TrainingPlaced");

        world.TrainingZones = [Zone("de", 10), Zone("fr", 900)];
        world.Reconcile();
        Assert.Equal("fr", world.Job(StageNames.Train).Metadata.Labels[Labels.CarbonZone]);
        Assert.Single(world.Events, told => told.Reason == "TrainingPlaced");
    }

    [Fact]
    public void Its_grams_are_charged_by_the_zone_that_it_ran_in()
    {
        var world = Placed();
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();

        Assert.Equal(0.06, Assert.Single(world.Status.Artifacts!).GramsCO2e, 6);
    }

    [Fact]
    public void Its_variants_are_made_where_the_model_is_served()
    {
        var world = Placed();
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();

        var job = world.Jobs.Single(job => job.Metadata.Labels[Labels.Stage] != StageNames.Train);
        Assert.DoesNotContain(Labels.CarbonZone, job.Metadata.Labels.Keys);
        Assert.Equal(["disk"], job.Spec.Template.Spec.NodeSelector.Keys);
    }

    [Fact]
    public void A_zone_whose_nodes_are_too_small_is_passed_over()
    {
        var world = Placed(Spec with { Training = Spec.Training! with { Resources = new ComputeResources { Limits = new Dictionary<string, ResourceQuantity> { ["nvidia.com/gpu"] = new("1") } } } });
        world.Nodes = [Node("de", gpus: "1"), Node("fr")];
        world.Reconcile();

        Assert.Equal("de", world.Status.Training!.CarbonZone);
    }

    [Fact]
    public void It_waits_for_the_clean_hours_of_its_own_zone()
    {
        var world = Placed(Spec with
        {
            Training = Spec.Training! with { Schedule = new TrainingSchedule { DeadlineSeconds = 8 * 3600, Interruptible = true, ExpectedDurationSeconds = 3600 } },
        });
        world.TrainingZones = [Zone("de", 300), Hourly("fr", 200, 200, 50, 200, 200, 200, 200, 200)];
        world.Reconcile();

        Assert.Equal("fr", world.Status.Training!.CarbonZone);
        Assert.True(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Equal(Samples.Noon.AddHours(2), world.Status.Training.NextChangeAt);
    }

    [Theory]
    [InlineData(false, "True", "ssd", "8Gi", true)]
    [InlineData(true, "True", "ssd", "8Gi", false)]
    [InlineData(false, "False", "ssd", "8Gi", false)]
    [InlineData(false, "True", "hdd", "8Gi", false)]
    [InlineData(false, "True", "ssd", "3Gi", false)]
    public void A_node_has_room_when_it_is_ready_open_fitting_and_large_enough(bool cordoned, string ready, string disk, string memory, bool expected)
    {
        var node = Node("fr");
        node.Spec.Unschedulable = cordoned;
        node.Status.Conditions[0].Status = ready;
        node.Metadata.Labels["disk"] = disk;
        node.Status.Allocatable["memory"] = new ResourceQuantity(memory);
        var training = Spec.Training! with
        {
            Resources = new ComputeResources
            {
                Requests = new Dictionary<string, ResourceQuantity> { ["memory"] = new("4Gi") },
                Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("16Gi") },
            },
        };

        Assert.Equal(expected, NodeRoom.Holds(node, training, Place("fr").NodeSelector));
    }

    private static World Placed(GreenModelSpec? spec = null) => new(spec ?? Spec)
    {
        TrainingZones = [Zone("de", 400), Zone("fr", 60)],
        Nodes = [Node("de"), Node("fr")],
    };

    private static TrainingPlace Place(string zone) => new() { CarbonZone = zone, NodeSelector = new Dictionary<string, string> { ["region"] = zone } };

    private static CarbonZone Zone(string name, double grams) => Hourly(name, grams);

    private static CarbonZone Hourly(string name, params double[] grams)
    {
        var zone = Samples.Hourly(Samples.Noon, grams);
        zone.Metadata.Name = name;
        return zone;
    }

    private static V1Node Node(string zone, string? gpus = null)
    {
        V1Node node = new()
        {
            Metadata = new V1ObjectMeta { Name = $"node-of-{zone}", Labels = new Dictionary<string, string> { ["region"] = zone, ["disk"] = "ssd" } },
            Spec = new V1NodeSpec(),
            Status = new V1NodeStatus
            {
                Allocatable = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("4"), ["memory"] = new("8Gi") },
                Conditions = [new V1NodeCondition { Type = "Ready", Status = "True" }],
            },
        };
        if (gpus is not null)
        {
            node.Status.Allocatable["nvidia.com/gpu"] = new ResourceQuantity(gpus);
        }

        return node;
    }
}
