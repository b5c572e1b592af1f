using GreenOps.Api.Models;

namespace GreenOps.Operator.Planning;

/// <summary>The cores that a manifest sets aside for a container.</summary>
internal static class StatedCores
{
    /// <summary>Its limit, else its request, else 0: how many there are is then not known here.</summary>
    public static double Of(ComputeResources? resources) => resources switch
    {
        { Limits: { } limits } when limits.TryGetValue("cpu", out var limit) => (double)limit.ToDecimal(),
        { Requests: { } requests } when requests.TryGetValue("cpu", out var request) => (double)request.ToDecimal(),
        _ => 0,
    };
}
