using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Resources;

/// <summary>Where objects of a kind are stored, whatever versions of it are served.</summary>
internal readonly record struct StorageKey(string Group, string Plural);

/// <summary>Where the <c>scale</c> subresource finds its numbers, as dotted paths from the object's root.</summary>
internal sealed record ScalePaths(IReadOnlyList<string> SpecReplicas, IReadOnlyList<string> StatusReplicas, IReadOnlyList<string>? Selector);

/// <summary>One served version of one kind: its names, its scope and what can be done with it.</summary>
internal sealed record ResourceType
{
    public required string Group { get; init; }

    public required string Version { get; init; }

    public required string Kind { get; init; }

    public required string Plural { get; init; }

    public required string Singular { get; init; }

    public required bool Namespaced { get; init; }

    public required StorageKey Storage { get; init; }

    /// <summary>The type of a whole object, <c>apiVersion</c>, <c>kind</c> and <c>metadata</c> included.</summary>
    public required StructuralSchema Schema { get; init; }

    public string ListKind { get; init; } = "";

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Whether <c>status</c> is a subresource of its own.</summary>
    public bool HasStatus { get; init; }

    /// <summary>Whether the kind counts the changes of its desired state in <c>metadata.generation</c>.</summary>
    public bool HasGeneration { get; init; }

    public ScalePaths? Scale { get; init; }

    /// <summary>The definition of a custom resource; null for a built-in kind.</summary>
    public CustomResource? Custom { get; init; }

    /// <summary>Turns a stored object into this version of it; null when it is stored in this version.</summary>
    public Func<JsonObject, JsonObject>? FromStored { get; init; }

    /// <summary>Turns an object of this version into the stored one; null when it is stored in this version.</summary>
    public Func<JsonObject, JsonObject>? ToStored { get; init; }

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name used in messages: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string QualifiedPlural => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}

/// <summary>What only a custom resource has.</summary>
/// <param name="PrinterColumns">The version's <c>additionalPrinterColumns</c>.</param>
/// <param name="OpenApiSchema">The version's <c>openAPIV3Schema</c> as written.</param>
internal sealed record CustomResource(IReadOnlyList<JsonObject> PrinterColumns, JsonObject OpenApiSchema);
