using System.Globalization;
using GreenOps.Contract;
using GreenOps.Decisions.Emissions;
using GreenOps.Operator.Desired;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>What the pods of a stage tell of the user's own container in it.</summary>
public static class CustomTraining
{
    /// <summary>Reason when the container ended with an error of its own.</summary>
    public const string Failed = "TrainingContainerFailed";

    private const int LastLines = 3;
    private const int LongestLine = 300;

    /// <summary>How the container ended; null while it has not, or where there is none.</summary>
    public static V1ContainerStateTerminated? Ended(V1Pod pod) =>
        pod.Status?.InitContainerStatuses?.FirstOrDefault(status => status.Name == CustomTrainer.Container)?.State?.Terminated;

    /// <summary>What went wrong in the last container that failed, in its own last words; null when none did.</summary>
    public static string? Failure(IEnumerable<V1Pod> pods) => pods
        .Select(pod => (Pod: pod, Ended: Ended(pod)))
        .Where(run => run.Ended is { ExitCode: not (ExitCodes.Done or ExitCodes.Interrupted) })
        .OrderBy(run => run.Ended!.FinishedAt)
        .Select(run => Sentence(run.Pod, run.Ended!))
        .LastOrDefault();

    /// <summary>
    /// What runs of the container used whose pods left no report of success: stated peak watts of its cores, over the time
    /// that the pod's status tells. Cores that nobody stated are not known here, and charge nothing.
    /// </summary>
    public static IEnumerable<StageRun> UntoldRuns(GreenModelObservation observation, IEnumerable<V1Pod> pods)
    {
        var cores = StatedCores.Of(observation.Model.Spec.Training?.Resources);
        return pods.Select(Ended).OfType<V1ContainerStateTerminated>().Where(ended => ended is { StartedAt: not null, FinishedAt: not null }).Select(ended =>
        {
            var (from, to) = (Utc(ended.StartedAt!.Value), Utc(ended.FinishedAt!.Value));
            var energy = StatedEnergy.Of(cores, utilization: 1, observation.Options.IdleWattsPerCore, observation.Options.PeakWattsPerCore, to - from);
            return new StageRun(from, to, new EnergyUse(energy.Value, EnergySources.Model, (to - from).TotalSeconds, 0));
        });
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private static string Sentence(V1Pod pod, V1ContainerStateTerminated ended)
    {
        var words = (ended.Message ?? "")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .TakeLast(LastLines)
            .Select(line => line.Length > LongestLine ? line[..LongestLine] : line);
        var said = string.Join("; ", words);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Container {CustomTrainer.Container} of pod {pod.Name()} ended with exit code {ended.ExitCode}{(said.Length > 0 ? $", saying: {said}" : "")}.");
    }
}
