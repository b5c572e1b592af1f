namespace GreenOps.Operator.Carbon;

/// <summary>Why a provider has no usable value; the names are part of the API, as reasons of the condition Polled.</summary>
public static class CarbonFaults
{
    /// <summary>spec.provider names no provider that this version knows.</summary>
    public const string ProviderMissing = "ProviderMissing";

    /// <summary>The provider measures another signal than spec.signal says.</summary>
    public const string SignalMismatch = "SignalMismatch";

    /// <summary>The ConfigMap of a trace, or its key, does not exist.</summary>
    public const string ConfigMapNotFound = "ConfigMapNotFound";

    /// <summary>The operator may not read the ConfigMap.</summary>
    public const string ConfigMapForbidden = "ConfigMapForbidden";

    /// <summary>A trace is not what one must look like.</summary>
    public const string TraceInvalid = "TraceInvalid";

    /// <summary>A trace has no value for now.</summary>
    public const string TraceEnded = "TraceEnded";

    /// <summary>The Secret, or its key, does not exist.</summary>
    public const string SecretNotFound = "SecretNotFound";

    /// <summary>The operator may not read the Secret.</summary>
    public const string SecretForbidden = "SecretForbidden";

    /// <summary>The Secret holds what can be no credential.</summary>
    public const string SecretInvalid = "SecretInvalid";

    /// <summary>The provider does not accept the credentials.</summary>
    public const string Unauthorized = "Unauthorized";

    /// <summary>The account may not have what is asked for.</summary>
    public const string AccessDenied = "AccessDenied";

    /// <summary>The provider does not understand the request, or does not know the zone.</summary>
    public const string RequestRefused = "RequestRefused";

    /// <summary>The quota is used up.</summary>
    public const string RateLimited = "RateLimited";

    /// <summary>The provider sends its callers to another address.</summary>
    public const string Redirected = "Redirected";

    /// <summary>The provider cannot be reached, or answers with an error of its own.</summary>
    public const string ProviderUnavailable = "ProviderUnavailable";

    /// <summary>The provider does not answer in time.</summary>
    public const string TimedOut = "TimedOut";

    /// <summary>The answer is cut off, or is not of the documented shape.</summary>
    public const string AnswerInvalid = "AnswerInvalid";

    /// <summary>The answer holds no value: null, -1, NaN or nothing at all.</summary>
    public const string ValueMissing = "ValueMissing";

    /// <summary>The answer is in another unit, or too large for any.</summary>
    public const string WrongUnit = "WrongUnit";

    /// <summary>The answer was measured in the future.</summary>
    public const string ClockSkew = "ClockSkew";
}
