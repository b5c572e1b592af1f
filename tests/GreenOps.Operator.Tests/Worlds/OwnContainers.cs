using GreenOps.Api.Models;
using k8s.Models;

namespace GreenOps.Operator.Tests.Worlds;

/// <summary>Models with a part of the user's own in them.</summary>
internal static class OwnContainers
{
    public const string Sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    public static ModelSource Source => new() { Uri = "https://models.example/detector.onnx", Sha256 = Sha256 };

    /// <summary>A ready model, quantized, judged by agreement with itself.</summary>
    public static GreenModelSpec Imported(ModelSource? source = null) => new()
    {
        CarbonZone = "de",
        Model = source ?? Source,
        Compression = new CompressionSpec { AccuracyFloor = "0.8", Variants = [Samples.Quantized("int8")] },
    };

    public static TrainingContainer Trainer => new()
    {
        Image = "example/trainer:1",
        Args = ["--epochs", "3"],
        Env =
        [
            new ContainerVariable { Name = "TOKEN", ValueFrom = new VariableSource { SecretKeyRef = new SecretKeyReference { Name = "hub", Key = "token" } } },
            new ContainerVariable { Name = "WORLD_SIZE", Value = "7" },
        ],
    };

    /// <summary>Trained by a container of the user's own, on a data set that GreenOps judges by.</summary>
    public static GreenModelSpec Trained(TrainingContainer? container = null) => new()
    {
        CarbonZone = "de",
        Training = new TrainingSpec
        {
            Container = container ?? Trainer,
            Dataset = new Dataset { Uri = "pvc://datasets/fashion" },
            Seed = 7,
            Resources = Cpu("2"),
        },
    };

    public static ServingContainer Server => new() { Image = "example/server:1", Port = 9000, ReadinessPath = "/ready" };

    /// <summary>Served by a container of the user's own, two cores a pod.</summary>
    public static GreenModelSpec Served(QueryScaling? scaling = null, ReplicaBounds? replicas = null) => Samples.Spec with
    {
        Serving = new ServingSpec
        {
            Container = Server with { Scaling = scaling },
            Replicas = replicas ?? new ReplicaBounds(),
            Variants = new VariantPolicy { Policy = MixPolicy.Best },
            Objective = new ServingObjective { ScaleDownStabilizationSeconds = 60 },
            Resources = Cpu("2"),
        },
    };

    public static QueryScaling Query => new() { Query = "sum(in_flight)", Target = "10" };

    private static ComputeResources Cpu(string amount) => new() { Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(amount) } };
}
