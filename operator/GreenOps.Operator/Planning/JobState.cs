using GreenOps.Api;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Reads how a Job has ended.</summary>
internal static class JobState
{
    /// <summary>Whether the Job is done, well or badly.</summary>
    public static bool IsFinished(V1Job job) => Condition(job, "Complete") is not null || Condition(job, "Failed") is not null;

    /// <summary>The Job's condition of that type while it holds.</summary>
    public static V1JobCondition? Condition(V1Job job, string type) =>
        job.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type && condition.Status == ConditionStatus.True);
}
