using System.Text.Json.Nodes;

namespace GreenOps.Sandbox.Api.Writing;

/// <summary>What happens to fields that a schema does not know.</summary>
internal enum FieldValidation
{
    Ignore,
    Warn,
    Strict,
}

/// <summary>How a write is to be carried out.</summary>
internal sealed record WriteOptions
{
    public string Manager { get; init; } = "unknown";

    public bool DryRun { get; init; }

    public FieldValidation Validation { get; init; } = FieldValidation.Warn;

    public bool Force { get; init; }

    /// <summary>Takes sentences for the client's user, which it gets whether the write is refused or not.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Empty for the object itself; otherwise <c>status</c>.</summary>
    public string Subresource { get; init; } = "";
}

/// <summary>The outcome of a write.</summary>
/// <param name="Object">The object in the requested version.</param>
/// <param name="Created">Whether it did not exist before.</param>
internal sealed record WriteResult(JsonObject Object, bool Created);

/// <summary>How a deletion is to be carried out.</summary>
internal sealed record DeleteOptions
{
    /// <summary><c>Background</c>, <c>Foreground</c> or <c>Orphan</c>.</summary>
    public string Propagation { get; init; } = "Background";

    public long? GracePeriodSeconds { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    public bool DryRun { get; init; }
}
