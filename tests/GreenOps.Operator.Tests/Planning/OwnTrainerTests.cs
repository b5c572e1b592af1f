using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>A training container of the user's own.</summary>
public sealed class OwnTrainerTests
{
    [Fact]
    public void The_users_container_runs_between_the_stamp_and_the_import()
    {
        var pod = Pod();

        Assert.Equal(["stamp", "custom"], pod.InitContainers.Select(container => container.Name));
        Assert.Equal(("trainer:1", "example/trainer:1"), (pod.InitContainers[0].Image, Custom(pod).Image));
        Assert.Equal(["stamp", "--file", "/workspace/started"], pod.InitContainers[0].Args);
        Assert.Equal(["--epochs", "3"], Custom(pod).Args);
        Assert.Equal("trainer", Assert.Single(pod.Containers).Name);
    }

    [Fact]
    public void The_document_takes_what_the_container_leaves()
    {
        var document = new World(OwnContainers.Trained()).Stages.Training.Document;

        Assert.Equal(StageNames.Train, document.Stage);
        Assert.Equal("file:///workspace/output/model.onnx", document.Import!.Uri);
        Assert.Equal("/workspace/started", document.Import.CustomTraining!.StartedFile);
    }

    [Fact]
    public void It_is_told_all_that_a_trainer_needs()
    {
        var variables = Custom(Pod()).Env.ToDictionary(variable => variable.Name, variable => variable.Value);

        Assert.Equal("/etc/greenops/stage.json", variables["GREENOPS_STAGE"]);
        Assert.Equal("/workspace/output", variables["GREENOPS_OUTPUT"]);
        Assert.Equal("/checkpoint", variables["GREENOPS_CHECKPOINT"]);
        Assert.Equal("/claims/datasets/fashion", variables["GREENOPS_DATASET"]);
        Assert.Equal("7", variables["GREENOPS_SEED"]);
        Assert.Equal(("127.0.0.1", "29500", "0", "0"), (variables["MASTER_ADDR"], variables["MASTER_PORT"], variables["RANK"], variables["LOCAL_RANK"]));
    }

    [Fact]
    public void The_users_variables_come_through_and_stand_against_ours()
    {
        var variables = Custom(Pod()).Env;

        Assert.Equal("hub", variables.Single(variable => variable.Name == "TOKEN").ValueFrom.SecretKeyRef.Name);
        Assert.Equal("7", variables.Single(variable => variable.Name == "WORLD_SIZE").Value);
    }

    [Fact]
    public void Every_container_meets_the_restricted_profile_and_can_write_where_it_must()
    {
        var pod = Pod();

        Assert.All(pod.InitContainers.Concat(pod.Containers), container =>
        {
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.All(container.VolumeMounts, mount => Assert.Contains(pod.Volumes, volume => volume.Name == mount.Name));
        });
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal(
            ["/checkpoint", "/tmp", "/workspace", "/workspace/output"],
            Custom(pod).VolumeMounts.Where(mount => mount.ReadOnlyProperty != true).Select(mount => mount.MountPath).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_checkpoint_is_one_folder_of_the_store_by_revision()
    {
        var world = new World(OwnContainers.Trained());
        world.Reconcile();
        var mount = Custom(world.Job(StageNames.Train).Spec.Template.Spec).VolumeMounts.Single(mount => mount.MountPath == "/checkpoint");

        Assert.Equal(("artifacts", $"shop/fashion/.checkpoint-train-{world.Stages.Training.Revision}"), (mount.Name, mount.SubPath));
    }

    [Fact]
    public void Its_exit_codes_mean_what_ours_mean()
    {
        var world = new World(OwnContainers.Trained());
        world.Reconcile();
        var rules = world.Job(StageNames.Train).Spec.PodFailurePolicy.Rules.Where(rule => rule.OnExitCodes is not null);

        Assert.Equal(
            [("FailJob", "trainer", 64), ("Ignore", "trainer", 75), ("FailJob", "custom", 64), ("Ignore", "custom", 75)],
            rules.Select(rule => (rule.Action, rule.OnExitCodes.ContainerName, rule.OnExitCodes.Values.Single())));
    }

    [Theory]
    [InlineData("image")]
    [InlineData("args")]
    [InlineData("command")]
    [InlineData("env")]
    public void What_the_container_is_makes_the_revision(string change)
    {
        var trainer = change switch
        {
            "image" => OwnContainers.Trainer with { Image = "example/trainer:2" },
            "args" => OwnContainers.Trainer with { Args = ["--epochs", "4"] },
            "command" => OwnContainers.Trainer with { Command = ["python"] },
            _ => OwnContainers.Trainer with { Env = [] },
        };

        Assert.NotEqual(Revision(OwnContainers.Trainer), Revision(trainer));
    }

    [Fact]
    public void When_the_image_is_pulled_does_not() =>
        Assert.Equal(Revision(OwnContainers.Trainer), Revision(OwnContainers.Trainer with { ImagePullPolicy = PullPolicy.Never }));

    [Fact]
    public void Its_progress_is_said_to_be_unknown_until_it_is_done()
    {
        var world = new World(OwnContainers.Trained());
        world.Reconcile();
        world.StagePod(StageNames.Train, status => status.Phase = "Pending");
        world.Reconcile();

        Assert.Null(world.Status.Training!.ProgressPercent);
        Assert.EndsWith("Its progress is not known: a container of your own trains.", world.Condition(ConditionTypes.Trained).Message);

        world.Finish(StageNames.Train);
        world.Reconcile();
        Assert.Equal(100, world.Status.Training!.ProgressPercent);
    }

    [Fact]
    public void Its_failure_is_shown_in_its_own_last_words_and_tried_again()
    {
        var world = new World(OwnContainers.Trained());
        world.Reconcile();
        world.EndCustom(StageNames.Train, 1, "Traceback\n  line 3\nValueError: labels are empty\n");
        world.Reconcile();

        var trained = world.Condition(ConditionTypes.Trained);
        Assert.Equal(CustomTraining.Failed, trained.Reason);
        Assert.Contains("exit code 1, saying: Traceback; line 3; ValueError: labels are empty.", trained.Message);
        Assert.EndsWith("The stage is tried again.", trained.Message);
        Assert.Single(world.Events, told => told is { Type: PlannedEvent.Warning, Reason: CustomTraining.Failed });
    }

    [Fact]
    public void Bad_input_ends_the_job_and_stalls_the_model()
    {
        var world = new World(OwnContainers.Trained());
        world.Reconcile();
        world.EndCustom(StageNames.Train, ExitCodes.BadInput, "no such column: label");
        world.Reconcile();

        Assert.Equal(CustomTraining.Failed, world.Condition(ConditionTypes.Stalled).Reason);
        Assert.Contains("no such column: label", world.Condition(ConditionTypes.Ready).Message);
    }

    [Fact]
    public void An_interruption_is_no_failure()
    {
        var world = new World(OwnContainers.Trained());
        world.Reconcile();
        world.EndCustom(StageNames.Train, ExitCodes.Interrupted, "checkpoint written");
        world.Reconcile();

        Assert.Equal("Training", world.Condition(ConditionTypes.Trained).Reason);
    }

    [Fact]
    public void Runs_that_failed_or_were_interrupted_are_charged_by_their_time()
    {
        var world = new World(OwnContainers.Trained());
        world.Reconcile();
        world.EndCustom(StageNames.Train, 1, "out of disk");
        world.EndCustom(StageNames.Train, ExitCodes.Interrupted, number: 1);
        world.Reconcile();
        Assert.Equal(0, world.Status.Emissions!.StageJoules);

        world.Report(StageNames.Train, Reports.Success(world, StageNames.Train), ExitCodes.Done, number: 2);
        world.EndJob(StageNames.Train, "Complete");
        world.Reconcile();

        // Twice ten minutes of two cores, and what the report says.
        Assert.Equal((2 * 600 * 2 * world.Options.PeakWattsPerCore) + 3600, world.Status.Emissions.StageJoules, tolerance: 1e-3);
    }

    [Fact]
    public void Running_out_of_memory_is_found_in_an_init_container()
    {
        var world = new World(OwnContainers.Trained());
        world.Reconcile();
        world.EndCustom(StageNames.Train, 137, reason: "OOMKilled");
        world.Reconcile();

        Assert.Equal("OutOfMemory", world.Condition(ConditionTypes.Trained).Reason);
    }

    [Fact]
    public void An_image_that_cannot_be_pulled_is_found_in_an_init_container()
    {
        var world = new World(OwnContainers.Trained());
        world.Reconcile();
        world.StagePod(StageNames.Train, status =>
        {
            status.Phase = "Pending";
            status.InitContainerStatuses =
            [
                new V1ContainerStatus { Name = "stamp", State = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = 0 } } },
                new V1ContainerStatus { Name = "custom", State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "ErrImagePull", Message = "not found" } } },
            ];
            status.ContainerStatuses = [new V1ContainerStatus { Name = "trainer", State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "PodInitializing" } } }];
        });
        world.Reconcile();

        Assert.Equal("ImagePullBackOff", world.Condition(ConditionTypes.Trained).Reason);
    }

    [Fact]
    public void A_training_of_ours_has_no_init_container()
    {
        var world = new World();
        world.Reconcile();

        Assert.Null(world.Job(StageNames.Train).Spec.Template.Spec.InitContainers);
    }

    private static string Revision(TrainingContainer container) => new World(OwnContainers.Trained(container)).Stages.Training.Revision;

    private static V1PodSpec Pod()
    {
        var world = new World(OwnContainers.Trained());
        world.Reconcile();
        return world.Job(StageNames.Train).Spec.Template.Spec;
    }

    private static V1Container Custom(V1PodSpec pod) => pod.InitContainers.Single(container => container.Name == CustomTrainer.Container);
}
