namespace GreenOps.Server.Protocol;

/// <summary>The parts of the protocol's URLs that name a model.</summary>
internal static class ModelRoute
{
    private const string Models = "/v2/models/";
    private const string Versions = "/versions/";
    private const string Inference = "/infer";

    /// <summary>Reads the path of an inference request.</summary>
    /// <param name="path">The path.</param>
    /// <param name="model">The model that it names.</param>
    /// <param name="version">The version that it names; null in paths without one.</param>
    /// <returns>False for any other path.</returns>
    public static bool TryReadInference(string? path, out string model, out string? version)
    {
        (model, version) = ("", null);
        if (path is null || !path.StartsWith(Models, StringComparison.Ordinal) || !path.EndsWith(Inference, StringComparison.Ordinal) || path.Length <= Models.Length + Inference.Length)
        {
            return false;
        }

        var name = path.AsSpan(Models.Length..^Inference.Length);
        var end = name.IndexOf('/');
        if (end < 0)
        {
            model = name.ToString();
            return true;
        }

        if (end == 0 || !name[end..].StartsWith(Versions, StringComparison.Ordinal))
        {
            return false;
        }

        (model, version) = (name[..end].ToString(), name[(end + Versions.Length)..].ToString());
        return version.Length > 0 && !version.Contains('/');
    }

    /// <summary>The model that the URL names.</summary>
    public static string? Model(HttpContext context) => context.Request.RouteValues["model"] as string;

    /// <summary>The version that the URL names; null in URLs without one.</summary>
    public static string? Version(HttpContext context) => context.Request.RouteValues["version"] as string;
}
