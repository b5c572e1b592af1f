namespace GreenOps.Operator.Simulation;

/// <summary>A simulation cannot be made of what it was given; the message is a sentence that says what to change.</summary>
public sealed class SimulationInputException : Exception
{
    /// <summary>Creates the exception with the sentence.</summary>
    public SimulationInputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence and its cause.</summary>
    public SimulationInputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
