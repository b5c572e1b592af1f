using GreenOps.Operator.Simulation;
using ScottPlot;
using SkiaSharp;

namespace GreenOps.Simulation.Plots;

/// <summary>What a plot shows, hour by hour over one stretch of a trace.</summary>
/// <param name="Title">Title.</param>
/// <param name="Start">Start of the first hour.</param>
/// <param name="Intensity">Grams per kilowatt-hour by hour.</param>
/// <param name="Training">Whether the training runs, by hour; null when there is none.</param>
/// <param name="Workers">Workers that run while it does.</param>
/// <param name="Serving">Steps of serving; null when it was not simulated.</param>
/// <param name="Low">Name of the cheaper variant.</param>
/// <param name="High">Name of the more accurate variant.</param>
internal sealed record PreviewSeries(
    string Title,
    DateTimeOffset Start,
    IReadOnlyList<double> Intensity,
    IReadOnlyList<bool>? Training,
    int Workers,
    IReadOnlyList<Serving.ServingObservation>? Serving,
    string Low,
    string High);

/// <summary>Draws intensity, planned training, workers, mix and replicas below each other, on one axis of time.</summary>
internal static class PreviewPlot
{
    private const int Width = 1200;
    private const int PanelHeight = 190;
    private const int TitleHeight = 40;
    private const float LeftAxis = 80;
    private const float RightEdge = 20;

    private static readonly Color Ink = Color.FromHex("#37474f");
    private static readonly Color RunColor = Color.FromHex("#2e7d32");
    private static readonly Color LowColor = Color.FromHex("#8bc34a");
    private static readonly Color HighColor = Color.FromHex("#1565c0");

    /// <summary>Writes PATH.png and PATH.svg.</summary>
    /// <returns>The files.</returns>
    /// <exception cref="SimulationInputException">A file cannot be written.</exception>
    public static IReadOnlyList<string> Save(PreviewSeries series, string path)
    {
        var panels = Panels(series);
        var height = TitleHeight + (PanelHeight * panels.Count);
        var (png, svg) = ($"{path}.png", $"{path}.svg");
        try
        {
            using (var surface = SKSurface.Create(new SKImageInfo(Width, height)))
            {
                Draw(surface.Canvas, panels, series.Title);
                using var image = surface.Snapshot();
                using var data = image.Encode(SKEncodedImageFormat.Png, 100);
                using var file = File.Create(png);
                data.SaveTo(file);
            }

            using (var file = File.Create(svg))
            using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, height), file))
            {
                Draw(canvas, Panels(series), series.Title);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SimulationInputException($"--plot: {error.Message}", error);
        }

        return [png, svg];
    }

    private static void Draw(SKCanvas canvas, List<Plot> panels, string title)
    {
        canvas.Clear(SKColors.White);
        using (SKPaint paint = new() { Color = SKColors.Black, IsAntialias = true })
        using (SKFont font = new(SKTypeface.Default, 20))
        {
            canvas.DrawText(title, LeftAxis, 28, font, paint);
        }

        for (var index = 0; index < panels.Count; index++)
        {
            var top = TitleHeight + (PanelHeight * index);
            // A plot clears all of the canvas that it is let draw on.
            canvas.Save();
            canvas.ClipRect(new SKRect(0, top, Width, top + PanelHeight));
            panels[index].Render(canvas, new PixelRect(0, Width, top + PanelHeight, top));
            canvas.Restore();
        }
    }

    private static List<Plot> Panels(PreviewSeries series)
    {
        List<Plot> panels = [Intensity(series)];
        if (series.Training is { } training)
        {
            panels.Add(Steps(series, "workers", [.. training.Select(runs => runs ? series.Workers : 0.0)], RunColor));
        }

        if (series.Serving is { } serving)
        {
            panels.Add(Mix(series, serving));
            panels.Add(Steps(series, "replicas", Hourly(series, serving, step => step.Ready, Enumerable.Max), Ink));
        }

        return panels;
    }

    private static Plot Intensity(PreviewSeries series)
    {
        var plot = Steps(series, "g CO2e/kWh", series.Intensity, Ink, "intensity");
        var labelled = false;
        foreach (var (from, to) in Runs(series.Training ?? []))
        {
            var span = plot.Add.HorizontalSpan(At(series, from), At(series, to), RunColor.WithAlpha(0.25));
            span.LineWidth = 0;
            span.LegendText = labelled ? "" : "training runs";
            labelled = true;
        }

        plot.ShowLegend(Alignment.UpperRight);
        return plot;
    }

    private static Plot Mix(PreviewSeries series, IReadOnlyList<Serving.ServingObservation> serving)
    {
        var low = Hourly(series, serving, step => 100 * step.LowShare, Enumerable.Average);
        var plot = Panel(series, "mix in %");
        var times = Edges(series, low.Count);
        double[] levels = [.. low.SelectMany(share => new[] { share, share })];
        var cheap = plot.Add.FillY(times, new double[times.Length], levels);
        (cheap.FillColor, cheap.LineWidth, cheap.LegendText) = (LowColor, 0, series.Low);
        var accurate = plot.Add.FillY(times, levels, [.. levels.Select(_ => 100.0)]);
        (accurate.FillColor, accurate.LineWidth, accurate.LegendText) = (HighColor.WithAlpha(0.6), 0, series.High);
        plot.Axes.SetLimitsY(0, 100);
        plot.ShowLegend(Alignment.UpperRight);
        return plot;
    }

    private static Plot Steps(PreviewSeries series, string label, IReadOnlyList<double> values, Color color, string legend = "")
    {
        var plot = Panel(series, label);
        var line = plot.Add.ScatterLine(Edges(series, values.Count), [.. values.SelectMany(value => new[] { value, value })], color);
        (line.LineWidth, line.LegendText) = (1.5f, legend);
        plot.Axes.SetLimitsY(0, Math.Max(1, values.Max()) * 1.1);
        return plot;
    }

    private static Plot Panel(PreviewSeries series, string label)
    {
        Plot plot = new();
        plot.YLabel(label);
        plot.Axes.DateTimeTicksBottom();
        plot.Axes.SetLimitsX(At(series, 0), At(series, series.Intensity.Count));
        plot.Axes.Left.MinimumSize = LeftAxis;
        plot.Axes.Left.MaximumSize = LeftAxis;
        plot.Axes.Right.MinimumSize = RightEdge;
        return plot;
    }

    private static double At(PreviewSeries series, int hour) => series.Start.AddHours(hour).UtcDateTime.ToOADate();

    private static double[] Edges(PreviewSeries series, int count) =>
        [.. Enumerable.Range(0, count).SelectMany(hour => new[] { At(series, hour), At(series, hour + 1) })];

    private static List<double> Hourly(
        PreviewSeries series, IReadOnlyList<Serving.ServingObservation> serving, Func<Serving.ServingObservation, double> figure, Func<IEnumerable<double>, double> join) =>
        [.. serving.GroupBy(step => (int)(step.At - series.Start).TotalHours).OrderBy(hour => hour.Key).Select(hour => join(hour.Select(figure)))];

    private static IEnumerable<(int From, int To)> Runs(IReadOnlyList<bool> training)
    {
        for (var hour = 0; hour < training.Count; hour++)
        {
            var from = hour;
            while (hour < training.Count && training[hour])
            {
                hour++;
            }

            if (hour > from)
            {
                yield return (from, hour);
            }
        }
    }
}
