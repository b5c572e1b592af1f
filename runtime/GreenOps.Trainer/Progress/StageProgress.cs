using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using Prometheus;

namespace GreenOps.Trainer.Progress;

/// <summary>How far the stage is, as metrics that the operator reads while it runs.</summary>
public sealed class StageProgress(TimeProvider time)
{
    private readonly Gauge done = Metrics.CreateGauge(MetricNames.StageProgress, "Share of the stage's work that is done.", "stage");
    private readonly Gauge accuracy = Metrics.CreateGauge(MetricNames.StageAccuracy, "Accuracy on the held-out examples after the last epoch.", "stage");
    private readonly Counter joules = Metrics.CreateCounter(MetricNames.EnergyJoules, "Energy of the stage, all its runs included.", "source");
    private string stage = "";
    private double share;
    private double firstShare;
    private double partFrom;
    private double partWidth = 1;
    private long startedAt;

    /// <summary>Begins with nothing done.</summary>
    public void Begin(string name, EnergyAccount energy)
    {
        stage = name;
        startedAt = time.GetTimestamp();
        done.WithLabels(stage).Set(0);
        Metrics.DefaultRegistry.AddBeforeCollectCallback(() =>
        {
            var use = energy.Read();
            joules.WithLabels(use.Source).IncTo(use.Joules);
        });
    }

    /// <summary>What is reported from now on is the share of a part of the work.</summary>
    /// <param name="from">Share of all work before the part.</param>
    /// <param name="width">Share of all work in the part.</param>
    public void BeginPart(double from, double width)
    {
        (partFrom, partWidth) = (from, width);
        Report(0);
    }

    /// <summary>Tells the share of the work, or of the part of it, that is done, in [0, 1].</summary>
    public void Report(double value)
    {
        value = partFrom + (value * partWidth);
        if (share == 0)
        {
            // A resumed run begins somewhere in the middle; its pace is told by what it did itself.
            firstShare = value;
            startedAt = time.GetTimestamp();
        }

        share = value;
        done.WithLabels(stage).Set(value);
    }

    /// <summary>Tells the accuracy after an epoch.</summary>
    public void ReportAccuracy(double value) => accuracy.WithLabels(stage).Set(value);

    /// <summary>Everything is done.</summary>
    public void Finish()
    {
        (partFrom, partWidth) = (0, 1);
        Report(1);
    }

    /// <summary>Estimated time to the end at the pace so far.</summary>
    public TimeSpan Remaining() => share > firstShare
        ? time.GetElapsedTime(startedAt) * ((1 - share) / (share - firstShare))
        : TimeSpan.Zero;
}
