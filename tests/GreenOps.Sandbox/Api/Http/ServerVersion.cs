using System.Text.Json.Nodes;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>The Kubernetes version whose behaviour the sandbox follows.</summary>
internal static class ServerVersion
{
    public const string GitVersion = "v1.33.0";

    public static JsonObject ToJson() => new()
    {
        ["major"] = "1",
        ["minor"] = "33",
        ["gitVersion"] = GitVersion,
        ["gitCommit"] = "",
        ["gitTreeState"] = "",
        ["buildDate"] = "2025-04-23T13:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "",
        ["platform"] = "linux/amd64",
    };
}
