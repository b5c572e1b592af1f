namespace GreenOps.Artifacts;

/// <summary>An artifact is not in the store, or is not what its manifest says; the message completes "the artifact ...".</summary>
public sealed class ArtifactException : Exception
{
    /// <summary>Creates the exception with a sentence that names the file and the fault.</summary>
    public ArtifactException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence and its cause.</summary>
    public ArtifactException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
