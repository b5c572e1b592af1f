namespace GreenOps.Server.Protocol;

/// <summary>The parts of the protocol's URLs that name a model.</summary>
internal static class ModelRoute
{
    /// <summary>The model that the URL names.</summary>
    public static string? Model(HttpContext context) => context.Request.RouteValues["model"] as string;

    /// <summary>The version that the URL names; null in URLs without one.</summary>
    public static string? Version(HttpContext context) => context.Request.RouteValues["version"] as string;
}
