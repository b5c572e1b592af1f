namespace GreenOps.Api.Schema;

/// <summary>The pattern of a service's address, and what to say where it is not followed.</summary>
internal static class UrlPatterns
{
    /// <summary>http or https, a host, maybe a port and a path; no user name, query or fragment.</summary>
    public const string Service = @"^https?://[^/?#@\s]+(/[^?#\s]*)?$";

    /// <summary>Continues a sentence that begins with the field.</summary>
    public const string ServiceSentence = "must be http://host or https://host, with a port and a path where needed, and hold no user name, query or fragment: credentials go into a Secret";
}
