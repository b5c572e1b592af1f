namespace GreenOps.Contract;

/// <summary>A contract document cannot be read; the message is a sentence for the person who wrote it.</summary>
public sealed class ContractException : Exception
{
    /// <summary>Creates the exception with a sentence that names the document, the place and the fault.</summary>
    public ContractException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the cause.</summary>
    public ContractException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
