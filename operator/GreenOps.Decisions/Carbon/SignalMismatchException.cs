namespace GreenOps.Decisions.Carbon;

/// <summary>Average and marginal intensities met in one calculation.</summary>
public sealed class SignalMismatchException : InvalidOperationException
{
    /// <summary>Creates the error without details.</summary>
    public SignalMismatchException()
        : this("Average and marginal carbon intensities cannot be combined.")
    {
    }

    /// <summary>Creates the error with a message.</summary>
    public SignalMismatchException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with a message and its cause.</summary>
    public SignalMismatchException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Throws when two signals differ.</summary>
    /// <param name="expected">The signal already in use.</param>
    /// <param name="actual">The signal of the number that is to join it.</param>
    /// <exception cref="SignalMismatchException">The signals differ.</exception>
    public static void ThrowIfDifferent(SignalKind expected, SignalKind actual)
    {
        if (expected != actual)
        {
            throw new SignalMismatchException(
                $"A {actual} carbon intensity cannot be combined with {expected} ones; use one signal throughout.");
        }
    }
}
