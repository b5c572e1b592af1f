namespace GreenOps.Operator.Carbon;

/// <summary>A provider has no usable value; the message is a sentence for the zone's condition.</summary>
public sealed class CarbonDataException : Exception
{
    /// <summary>Creates the exception with the sentence.</summary>
    public CarbonDataException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence and its cause.</summary>
    public CarbonDataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
