namespace GreenOps.Operator.Reconciling;

/// <summary>An object with a child's name exists and belongs to somebody else.</summary>
public sealed class ChildConflictException : Exception
{
    /// <summary>Creates the exception with a sentence that names the object and says what to do.</summary>
    public ChildConflictException(string message)
        : base(message)
    {
    }
}
