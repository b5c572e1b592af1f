namespace GreenOps.Hosting;

/// <summary>
/// A right that the class with this attribute needs of the API server. Roles are generated from these, so a right stands with the
/// code that uses it and goes with it.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class RbacAttribute : Attribute
{
    /// <summary>What may be done.</summary>
    public RbacVerb Verbs { get; init; }

    /// <summary>Where.</summary>
    public RbacScope Scope { get; init; }
}
