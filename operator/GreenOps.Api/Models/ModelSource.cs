using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Models;

/// <summary>A ready ONNX model by address. Any change of its address, its checksum or its evaluation takes it anew.</summary>
[Rule(
    "!self.uri.matches('^(https?|s3)://') || has(self.sha256)",
    "model.sha256 is needed with an http, https or s3 address, or a revision would not be what it says: give what sha256sum prints for the file")]
[Rule(
    "!has(self.credentialsSecret) || self.uri.matches('^(https?|s3)://')",
    "model.credentialsSecret has no meaning with a file or pvc address: remove it")]
public sealed record ModelSource
{
    /// <summary>The file: file:///path inside the trainer image, pvc://claim/path on a claim in the model's namespace, http(s)://host/path or s3://bucket/key.</summary>
    [JsonPropertyName("uri")]
    [Length(1, 1024)]
    [RegularExpression(@"^(file:///[^/]|pvc://[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[^/]|https?://[^/]+/|s3://[a-z0-9][-a-z0-9.]+/[^/])", ErrorMessage = "model.uri must be file:///path (in the trainer image), pvc://claim/path, http://host/path, https://host/path or s3://bucket/key, and name one ONNX file")]
    [Rule("!self.matches('(^|/)[.][.](/|$)')", "model.uri must not hold '..'")]
    [Rule("!self.matches('^https?://[^/]*@')", "model.uri must not hold a user name or password: put them into the Secret of model.credentialsSecret")]
    public required string Uri { get; init; }

    /// <summary>SHA-256 of the file in lower-case hexadecimal. Needed with http, https and s3; checked when given.</summary>
    [JsonPropertyName("sha256")]
    [Length(64, 64)]
    [RegularExpression("^[0-9a-f]{64}$", ErrorMessage = "model.sha256 must be the 64 lower-case hexadecimal digits that sha256sum prints")]
    public string? Sha256 { get; init; }

    /// <summary>What to judge the model and its variants by. Without it accuracy is the agreement of each variant with the model as it came.</summary>
    [JsonPropertyName("evaluation")]
    public Evaluation? Evaluation { get; init; }

    /// <summary>Name of a Secret in the model's namespace whose keys become environment variables of the import, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.</summary>
    [JsonPropertyName("credentialsSecret")]
    [Length(1, 253)]
    [RegularExpression("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", ErrorMessage = "model.credentialsSecret must be the name of a Secret: lower-case letters, digits, '-' and '.'")]
    public string? CredentialsSecret { get; init; }

    /// <summary>Requests and limits of the import and compression pods.</summary>
    [JsonPropertyName("resources")]
    public ComputeResources? Resources { get; init; }

    /// <summary>Settings laid over the import and compression pods.</summary>
    [JsonPropertyName("podTemplate")]
    public PodOverlay? PodTemplate { get; init; }
}

/// <summary>What a model is judged by.</summary>
public sealed record Evaluation
{
    /// <summary>Examples with their classes; the held-out ones judge, the others calibrate.</summary>
    [JsonPropertyName("dataset")]
    public required Dataset Dataset { get; init; }
}
