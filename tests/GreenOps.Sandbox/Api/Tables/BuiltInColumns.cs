using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Tables;

/// <summary>The columns of the built-in kinds.</summary>
internal sealed class BuiltInColumns(TimeProvider clock)
{
    /// <summary>The columns of one kind; name and age where it has none of its own.</summary>
    public IReadOnlyList<Column> Of(ResourceType type) => [Name(), Age()];

    private static Column Name() => new("Name", "string", obj => obj.Name(), Format: "name");

    private Column Age() => new("Age", "string", obj => HumanTime.Since(obj.At("metadata", "creationTimestamp"), clock));
}
