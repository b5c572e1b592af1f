namespace GreenOps.Api.Schema;

/// <summary>Kubernetes' patterns of names, and what to say where they are not followed.</summary>
internal static class NamePatterns
{
    /// <summary>Name of almost every object: a DNS subdomain.</summary>
    public const string Subdomain = @"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    /// <summary>Continues a sentence that begins with the field.</summary>
    public const string SubdomainSentence = "must be a name: lower-case letters, digits, '-' and '.', with a letter or digit at both ends";

    /// <summary>Name of a namespace: a DNS label.</summary>
    public const string Label = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    /// <summary>Continues a sentence that begins with the field.</summary>
    public const string LabelSentence = "must be a name: lower-case letters, digits and '-', with a letter or digit at both ends";
}
