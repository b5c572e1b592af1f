using GreenOps.Api;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Builds a status's conditions so that equal states are equal text.</summary>
public static class ConditionSet
{
    /// <summary>A condition; its time of transition is that of the previous one when the status is the same.</summary>
    /// <param name="previous">Conditions of the status so far.</param>
    /// <param name="type">Type of the condition.</param>
    /// <param name="holds">Whether it holds; null when unknown.</param>
    /// <param name="reason">CamelCase reason.</param>
    /// <param name="message">A sentence.</param>
    /// <param name="generation">Generation of the spec that it speaks of.</param>
    /// <param name="now">The moment.</param>
    public static V1Condition Make(
        IReadOnlyList<V1Condition>? previous, string type, bool? holds, string reason, string message, long? generation, DateTimeOffset now)
    {
        var status = holds switch { true => ConditionStatus.True, false => ConditionStatus.False, null => ConditionStatus.Unknown };
        var before = previous?.FirstOrDefault(condition => condition.Type == type);
        return new V1Condition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message,
            ObservedGeneration = generation,
            LastTransitionTime = before?.Status == status ? before.LastTransitionTime : WholeSeconds(now),
        };
    }

    /// <summary>Kubernetes keeps whole seconds; more would not survive the way to the server and back.</summary>
    private static DateTime WholeSeconds(DateTimeOffset now) =>
        new(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
}
