using GreenOps.Api.Models;
using GreenOps.Operator.Simulation;
using GreenOps.Operator.Simulation.Forecasts;
using GreenOps.Simulation.Plots;
using GreenOps.Simulation.Requests;
using GreenOps.Simulation.Serving;
using GreenOps.Simulation.Variants;
using k8s.Models;

namespace GreenOps.Simulation.Manifests;

/// <summary>Simulates what a manifest asks for.</summary>
/// <param name="model">The manifest.</param>
/// <param name="carbon">The trace.</param>
/// <param name="forecast">What decisions foresee.</param>
/// <param name="seed">What noise is drawn from.</param>
internal sealed class ManifestSimulation(GreenModel model, CarbonReplay carbon, ForecastChoice forecast, int seed)
{
    private const int PlottedHours = 7 * 24;

    /// <summary>Runs it.</summary>
    /// <param name="requests">The load; null to leave serving out.</param>
    /// <param name="variants">Figures of the variants.</param>
    /// <param name="plotPath">Where the plot goes, without an extension; null to draw none.</param>
    /// <param name="remark">Told what the simulation assumes.</param>
    /// <exception cref="SimulationInputException">The traces or figures do not suffice.</exception>
    public ManifestResult Run(RequestReplay? requests, VariantSet variants, string? plotPath, Action<string> remark)
    {
        var training = model.Spec.Training is { } spec
            ? new TrainingPreview(carbon, forecast.Over(carbon, seed, HoursOf(spec.Schedule)), spec.Schedule)
            : null;
        var courses = training?.Courses();
        var first = courses is null ? 0 : courses[0].Start;
        var (task, result, steps) = requests is null ? (null, null, null) : Serve(requests, variants, first, remark);
        return new ManifestResult
        {
            Model = model.Name(),
            Training = training is null ? null : Figures(training, courses!),
            Variants = task is null ? null : variants.Source,
            Serving = result,
            Plots = plotPath is null ? [] : PreviewPlot.Save(Series(first, courses, task, steps), plotPath),
        };
    }

    private (ServingTask Task, ServingResult Result, List<ServingObservation> Steps) Serve(
        RequestReplay requests, VariantSet variants, int first, Action<string> remark)
    {
        var preview = ServingPreview.Of(model, variants);
        foreach (var sentence in preview.Remarks)
        {
            remark(sentence);
        }

        var task = new ServingTask(
            carbon, forecast.Over(carbon, seed, preview.WindowHours), requests, preview.Variants, preview.Fleet, preview.AccuracyFloor, preview.WindowHours).Checked();
        List<ServingObservation> steps = [];
        var (from, to) = (carbon.At(first), carbon.At(first + PlottedHours));
        return (task, ServingSimulation.Run(task, step => Keep(steps, step, from, to)), steps);
    }

    private static void Keep(List<ServingObservation> steps, in ServingObservation step, DateTimeOffset from, DateTimeOffset to)
    {
        if (step.At >= from && step.At < to)
        {
            steps.Add(step);
        }
    }

    private TrainingFigures Figures(TrainingPreview training, IReadOnlyList<TrainingCourse> courses)
    {
        var energy = TrainingEnergy.Of(model);
        var planned = courses.Average(course => training.Emitted(energy.Energy, course.Hours).Value);
        var atOnce = courses.Average(course => training.Emitted(energy.Energy, course.AtOnce).Value);
        return new TrainingFigures
        {
            Starts = courses.Count,
            WorkHours = training.WorkHours,
            WindowHours = training.WindowHours,
            EnergyJoules = energy.Energy.Value,
            EnergySource = energy.Source,
            GramsCO2e = planned,
            AtOnceGramsCO2e = atOnce,
            SavingPercent = atOnce > 0 ? 100 * (1 - (planned / atOnce)) : 0,
            DeadlineMisses = courses.Count(course => course.Missed),
        };
    }

    private PreviewSeries Series(int first, IReadOnlyList<TrainingCourse>? courses, ServingTask? task, List<ServingObservation>? steps)
    {
        var count = Math.Min(PlottedHours, carbon.Hours.Count - first);
        var hours = courses?[0].Hours.ToHashSet();
        var signal = carbon.Series.Signal.ToString().ToLowerInvariant();
        return new PreviewSeries(
            $"{model.Name()}: {Path.GetFileName(carbon.Path)}, {signal} intensity, {forecast} forecast",
            carbon.At(first),
            [.. carbon.Slice(first, count).ToArray().Select(intensity => intensity.Value)],
            hours is null ? null : [.. Enumerable.Range(first, count).Select(hours.Contains)],
            Workers: 1,
            steps is { Count: > 0 } ? steps : null,
            task?.Pair.Low.Name ?? "",
            task?.Pair.Settled is null ? task?.Pair.High.Name ?? "" : "");
    }

    private static int HoursOf(TrainingSchedule? schedule) =>
        schedule is null ? 1 : Math.Max((schedule.DeadlineSeconds / 3600) + 1, (schedule.ExpectedDurationSeconds / 3600) + 1);
}
