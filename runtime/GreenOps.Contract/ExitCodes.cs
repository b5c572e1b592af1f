namespace GreenOps.Contract;

/// <summary>Exit codes of the stage containers and what the Job's pod failure policy makes of them; stable API.</summary>
public static class ExitCodes
{
    /// <summary>The stage succeeded.</summary>
    public const int Done = 0;

    /// <summary>The input cannot work however often it is tried (EX_USAGE of sysexits.h): the Job fails at once.</summary>
    public const int BadInput = 64;

    /// <summary>Anything unforeseen (EX_SOFTWARE): the Job is retried.</summary>
    public const int InternalError = 70;

    /// <summary>Stopped after a checkpoint (EX_TEMPFAIL): started again without counting as a failure.</summary>
    public const int Interrupted = 75;
}
