namespace GreenOps.Sandbox.Api.Http;

/// <summary>The form in which a client wants objects.</summary>
internal enum Representation
{
    /// <summary>The objects themselves.</summary>
    Full,

    /// <summary>Rows of printed columns (<c>as=Table</c>).</summary>
    Table,

    /// <summary>Metadata only (<c>as=PartialObjectMetadata</c>).</summary>
    Metadata,
}

/// <summary>Reads what a client accepts.</summary>
internal static class Negotiation
{
    private static readonly string[] Known = ["json", "yaml", "protobuf", "*/*", "application/*"];

    /// <summary>Whether any of the forms that a client accepts is one that a Kubernetes server has.</summary>
    public static bool IsAcceptable(HttpRequest request) =>
        request.Headers.Accept.ToString() is var accepted
        && (accepted.Length == 0 || Array.Exists(Known, form => accepted.Contains(form, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The first form in the Accept header that the server knows.</summary>
    public static Representation Of(HttpRequest request)
    {
        foreach (var choice in request.Headers.Accept.ToString().Split(','))
        {
            if (choice.Contains("as=Table", StringComparison.Ordinal)) return Representation.Table;
            if (choice.Contains("as=PartialObjectMetadata", StringComparison.Ordinal)) return Representation.Metadata;
            if (choice.Trim().StartsWith("application/json", StringComparison.Ordinal)) return Representation.Full;
        }
        return Representation.Full;
    }
}
