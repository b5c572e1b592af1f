using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>Whatever happens in whatever order: plans come to rest, and the status holds together.</summary>
public sealed class WalkTests
{
    private static readonly Action<World>[] Steps =
    [
        world => world.Pass(TimeSpan.FromMinutes(1)),
        world => EndStage(world, well: true),
        world => EndStage(world, well: true),
        world => EndStage(world, well: false),
        world => world.Edit(spec => spec with { Training = spec.Training! with { Seed = (spec.Training.Seed % 4) + 1 } }),
        world => world.Edit(spec => spec with { Suspend = !spec.Suspend }),
        world => world.Edit(spec => spec with { Artifacts = spec.Artifacts with { KeepRevisions = spec.Artifacts.KeepRevisions == 1 ? 3 : 1 } }),
        world => world.Edit(spec => spec with { Artifacts = spec.Artifacts with { Retention = spec.Artifacts.Retention == ArtifactRetention.Keep ? ArtifactRetention.Delete : ArtifactRetention.Keep } }),
        world => world.Edit(spec => spec with { Compression = spec.Compression is null ? Samples.Spec.Compression : null }),
        world => Serve(world, busy: 0.5),
        world => Serve(world, busy: 1.5),
        world => Serve(world, busy: 0.1),
        world => EndSweep(world),
        world => world.Options.ServerImage = world.Options.ServerImage == "server:1" ? "server:2" : "server:1",
        world => Refuse(world, "Service", "fashion"),
        world => Refuse(world, "ConfigMap", "fashion-routing"),
    ];

    [Property(MaxTest = 200)]
    public Property Plans_come_to_rest_and_the_status_holds_together() => Prop.ForAll(
        Gen.Choose(0, Steps.Length - 1).ListOf(25).ToArbitrary(),
        walk =>
        {
            World world = new();
            world.Reconcile();
            foreach (var step in walk)
            {
                Steps[step](world);
                world.Reconcile();
                AssertHoldsTogether(world);
            }
        });

    private static void AssertHoldsTogether(World world)
    {
        bool[] kstatus =
        [
            world.Condition(ConditionTypes.Ready).Status == ConditionStatus.True,
            world.ConditionOrNone(ConditionTypes.Reconciling) is not null,
            world.ConditionOrNone(ConditionTypes.Stalled) is not null,
        ];
        Assert.Single(kstatus, holds => holds);
        Assert.Equal(world.Model.Metadata.Generation, world.Status.ObservedGeneration);
        Assert.All(world.Status.Conditions!, condition => Assert.Matches(@"^[A-Z][A-Za-z]*$", condition.Reason));

        // What the routing names is remembered, and nothing that is remembered is to be removed.
        var folders = world.Status.Artifacts!.Select(artifact => $"{artifact.Stage}-{artifact.Revision}").ToHashSet();
        Assert.All(world.Routing?.Variants ?? [], variant => Assert.Contains(variant.Path, folders));
        Assert.DoesNotContain(world.Status.Discarded ?? [], folders.Contains);

        // Nothing runs beside a sweep.
        Assert.True(world.Sweep is null || world.Jobs.All(job => SweepPlanner.IsSweep(job) || JobState.IsFinished(job)));
    }

    private static void EndStage(World world, bool well)
    {
        if (world.Stages.All.FirstOrDefault(stage => world.JobOrNone(stage.Name) is { Spec.Suspend: not true } job && !JobState.IsFinished(job)) is not { } running)
        {
            return;
        }

        if (well)
        {
            world.Finish(running.Name);
        }
        else
        {
            world.Fail(running.Name);
        }
    }

    private static void Serve(World world, double busy)
    {
        if (world is { Deployment: not null, Routing: not null })
        {
            world.RollOut(busy);
        }
    }

    private static void EndSweep(World world)
    {
        if (world.Sweep is { } sweep && !JobState.IsFinished(sweep))
        {
            World.EndJob(sweep, "Complete");
        }
    }

    private static void Refuse(World world, string kind, string name)
    {
        if (!world.Refused.Remove(name))
        {
            world.Remove(name, kind);
            world.Refused[name] = new ChildRefusal(kind, name, ChildRefusal.NameTaken, $"{kind} {name} exists and belongs to somebody else.");
        }
    }
}
