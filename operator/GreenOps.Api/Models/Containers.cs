using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Models;

/// <summary>What the containers of your own have in common.</summary>
public abstract record UserContainer
{
    /// <summary>Image; where it trains, a digest or a tag of its own makes a change of it a new revision.</summary>
    [JsonPropertyName("image")]
    [Length(1, 512)]
    public required string Image { get; init; }

    /// <summary>Replaces the image's entrypoint.</summary>
    [JsonPropertyName("command")]
    [Length(0, 64)]
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Arguments.</summary>
    [JsonPropertyName("args")]
    [Length(0, 256)]
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Environment variables.</summary>
    [JsonPropertyName("env")]
    [ListMapKeys("name")]
    [Length(0, 64)]
    public IReadOnlyList<ContainerVariable>? Env { get; init; }

    /// <summary>When the image is pulled; as in Kubernetes when unset.</summary>
    [JsonPropertyName("imagePullPolicy")]
    public PullPolicy? ImagePullPolicy { get; init; }
}

/// <summary>
/// A container of your own that trains. It finds its stage at GREENOPS_STAGE, the examples at GREENOPS_DATASET, a folder
/// that outlives its pod at GREENOPS_CHECKPOINT, the seed in GREENOPS_SEED, and torchrun's MASTER_ADDR, MASTER_PORT,
/// WORLD_SIZE, RANK and LOCAL_RANK; it leaves model.onnx in the folder GREENOPS_OUTPUT. Exit code 64 says that no retry
/// can help, 75 that it was interrupted after a checkpoint. It runs without root, with a read-only root file system.
/// </summary>
public sealed record TrainingContainer : UserContainer;

/// <summary>
/// A container of your own that serves. It finds the ONNX file of the variant to serve at GREENOPS_MODEL, all artifacts of
/// the model below GREENOPS_MODELS, and its port in GREENOPS_PORT. Another revision is another GREENOPS_MODEL: new pods
/// take over once they are ready. It runs without root, with a read-only root file system.
/// </summary>
public sealed record ServingContainer : UserContainer
{
    /// <summary>Port that the container listens on; the Service's own port stays 8080.</summary>
    [JsonPropertyName("port")]
    [DefaultValue(8080)]
    [Range(1, 65535)]
    public int Port { get; init; } = 8080;

    /// <summary>HTTP path that answers with a status below 400 once the container can serve.</summary>
    [JsonPropertyName("readinessPath")]
    [DefaultValue("/v2/health/ready")]
    [Length(1, 1024)]
    [RegularExpression("^/", ErrorMessage = "serving.container.readinessPath must begin with '/'")]
    public string ReadinessPath { get; init; } = "/v2/health/ready";

    /// <summary>What the number of replicas follows. Without it there are as many as serving.replicas.min says.</summary>
    [JsonPropertyName("scaling")]
    public QueryScaling? Scaling { get; init; }
}

/// <summary>Scaling by a figure of Prometheus.</summary>
public sealed record QueryScaling
{
    /// <summary>A PromQL query whose values, summed, are the demand on all replicas: requests in flight, requests per second, busy cores.</summary>
    [JsonPropertyName("query")]
    [Length(1, 4096)]
    public required string Query { get; init; }

    /// <summary>How much of that demand one replica should carry.</summary>
    [JsonPropertyName("target")]
    [DecimalString(0, 999999, ExclusiveMinimum = true)]
    public required string Target { get; init; }
}

/// <summary>An environment variable: a value, or a key of a Secret.</summary>
[Rule("!(has(self.value) && has(self.valueFrom))", "set only one of value and valueFrom of an environment variable")]
public sealed record ContainerVariable
{
    /// <summary>Name of the variable.</summary>
    [JsonPropertyName("name")]
    [Length(1, 253)]
    [RegularExpression("^[A-Za-z_][A-Za-z0-9_]*$", ErrorMessage = "the name of an environment variable must hold only letters, digits and '_', and not begin with a digit")]
    [Rule("!self.startsWith('GREENOPS_')", "names of environment variables that begin with GREENOPS_ are taken: the operator sets them")]
    public required string Name { get; init; }

    /// <summary>Its value.</summary>
    [JsonPropertyName("value")]
    [Length(0, 32768)]
    public string? Value { get; init; }

    /// <summary>Where its value is from.</summary>
    [JsonPropertyName("valueFrom")]
    public VariableSource? ValueFrom { get; init; }
}

/// <summary>Where the value of an environment variable is from.</summary>
public sealed record VariableSource
{
    /// <summary>A key of a Secret in the model's namespace.</summary>
    [JsonPropertyName("secretKeyRef")]
    public required SecretKeyReference SecretKeyRef { get; init; }
}

/// <summary>A key of a Secret.</summary>
public sealed record SecretKeyReference
{
    /// <summary>Name of the Secret.</summary>
    [JsonPropertyName("name")]
    [Length(1, 253)]
    public required string Name { get; init; }

    /// <summary>The key.</summary>
    [JsonPropertyName("key")]
    [Length(1, 253)]
    public required string Key { get; init; }
}

/// <summary>When an image is pulled.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PullPolicy>))]
public enum PullPolicy
{
    /// <summary>At every start.</summary>
    Always,

    /// <summary>When the node does not have it.</summary>
    IfNotPresent,

    /// <summary>Never: the node has it.</summary>
    Never,
}
