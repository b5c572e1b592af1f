namespace GreenOps.Api;

/// <summary>The API group that the custom resources belong to.</summary>
public static class ApiGroup
{
    /// <summary>Group name.</summary>
    public const string Name = "greenops.dev";

    /// <summary>Version of both kinds.</summary>
    public const string Version = "v1alpha1";
}
