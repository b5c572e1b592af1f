namespace GreenOps.Hosting;

/// <summary>A right to what has no type of its own: a subresource such as <c>widgets/status</c>.</summary>
public sealed class GenericRbacAttribute : RbacAttribute
{
    /// <summary>The API groups; empty text for core.</summary>
    public string[] Groups { get; init; } = [];

    /// <summary>The resources by their names in paths, in the plural.</summary>
    public string[] Resources { get; init; } = [];
}
