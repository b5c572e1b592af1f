namespace GreenOps.Operator.Planning;

/// <summary>A child that could not be made what it should be, and that a person has to help with.</summary>
/// <param name="Kind">Kind of the child.</param>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Why, for machines: one of the constants.</param>
/// <param name="Message">Why, for people, and what to do.</param>
public sealed record ChildRefusal(string Kind, string Name, string Reason, string Message)
{
    /// <summary>An object of that name belongs to somebody else.</summary>
    public const string NameTaken = "NameTaken";

    /// <summary>A ResourceQuota of the namespace is used up.</summary>
    public const string QuotaExceeded = "QuotaExceeded";

    /// <summary>A webhook or an admission policy said no.</summary>
    public const string AdmissionDenied = "AdmissionDenied";

    /// <summary>The operator's service account lacks a right.</summary>
    public const string Forbidden = "Forbidden";

    /// <summary>The API server finds a field invalid.</summary>
    public const string ChildInvalid = "ChildInvalid";

    /// <summary>The namespace is being deleted.</summary>
    public const string NamespaceTerminating = "NamespaceTerminating";
}
