using System.Globalization;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GreenOps.Sandbox.View;

/// <summary>The view as a picture that is drawn again and again.</summary>
internal static class LiveView
{
    private const int BarWidth = 24;

    /// <summary>Draws a snapshot.</summary>
    /// <param name="snapshot">What there is to see.</param>
    /// <param name="kubeconfig">The path to show in commands.</param>
    /// <param name="load">A line about the load generator; null without one.</param>
    public static IRenderable Render(Snapshot snapshot, string kubeconfig, string? load)
    {
        var parts = new List<IRenderable>();
        parts.AddRange(snapshot.Zones.Select(Zone));
        parts.AddRange(snapshot.Models.Select(seen => Model(seen, snapshot.Addresses.GetValueOrDefault(seen.Key))));
        if (load is not null)
            parts.Add(new Markup($"[grey]{Markup.Escape(load)}[/]"));
        if (snapshot.Events.Count > 0)
            parts.Add(Events(snapshot.Events));
        parts.Add(Commands(snapshot, kubeconfig));
        return new Rows(parts);
    }

    private static Markup Zone(CarbonZone zone) => zone.Status?.GramsPerKWh is { } grams
        ? new Markup(Text($"[bold]{Markup.Escape(zone.Metadata.Name)}[/] {grams:0} gCO2e/kWh  [green]{Sparkline([.. (zone.Status.Forecast ?? []).Take(48).Select(point => point.GramsPerKWh)])}[/] [grey]forecast[/]"))
        : new Markup($"[bold]{Markup.Escape(zone.Metadata.Name)}[/] [grey]no reading yet[/]");

    private static Panel Model(ModelSeen seen, Uri? address)
    {
        var status = seen.Model.Status;
        var rows = new List<IRenderable>();
        if (status?.Training is { } training)
            rows.Add(new Markup(Text($"training  {Bar(training.ProgressPercent ?? 0)} {training.ProgressPercent ?? 0,3}%{(training.Accuracy is { } accuracy ? Text($"  accuracy {accuracy:0.000}") : "")}{(training.NextChangeAt is { } next ? Text($"  next change {next:HH:mm:ss}") : "")}")));
        if (status?.Variants is { Count: > 0 } variants)
            rows.Add(Variants(variants));
        if (status?.Serving is { } serving)
        {
            rows.Add(new Markup($"replicas  {serving.ReadyReplicas ?? 0} ready of {serving.Replicas ?? 0}{(address is null ? "" : $"  at {address}")}"));
            rows.AddRange((serving.Mix ?? []).Select(entry => new Markup($"mix       {Bar(entry.Weight)} {entry.Weight,3}% {Markup.Escape(entry.Variant)}")));
        }
        if (status?.Emissions is { } emissions)
            rows.Add(new Markup(Text($"emitted   {emissions.GramsCO2e:0.0000} g   [green]avoided {emissions.AvoidedGramsCO2e:0.0000} g[/] [grey]against {Markup.Escape(emissions.Baseline)}[/]")));
        if (!seen.IsReady)
            rows.AddRange(seen.Problems.Select(problem => new Markup($"[yellow]{Markup.Escape(problem)}[/]")));
        return new Panel(new Rows(rows)).Header($"[bold]{Markup.Escape(seen.Key)}[/] {(status?.Phase is { } phase ? $"{phase}" : "new")}").Expand();
    }

    private static Table Variants(IReadOnlyList<VariantStatus> variants)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("variant", "accuracy", "KiB", "p99 us", "per second", "mJ each", "");
        foreach (var variant in variants)
        {
            table.AddRow(
                Markup.Escape(variant.Name),
                Text($"{variant.Accuracy:0.000}"),
                Text($"{variant.Bytes / 1024.0:0}"),
                Text($"{variant.LatencyP99Microseconds:0}"),
                Text($"{variant.Throughput:0}"),
                Text($"{variant.MillijoulesPerInference:0.000}"),
                variant.Accepted switch { true => "[green]accepted[/]", false => $"[red]{Markup.Escape(variant.Reason ?? "rejected")}[/]", null => "" });
        }
        return table;
    }

    private static Panel Events(IReadOnlyList<EventSeen> events) => new Panel(new Rows(events.Select(seen =>
        new Markup(Text($"[grey]{seen.At:HH:mm:ss}[/] {(seen.Type == "Warning" ? "[yellow]" : "[white]")}{Markup.Escape(seen.Reason)}[/] {Markup.Escape(seen.Message)}"))))).Header("events").Expand();

    private static Panel Commands(Snapshot snapshot, string kubeconfig)
    {
        var lines = new List<string>
        {
            $"export KUBECONFIG={kubeconfig}",
            "kubectl get gm,cz,pods -A      kubectl describe gm      kubectl logs -n greenops deploy/greenops-operator",
            "kubectl delete pod -n greenops -l app.kubernetes.io/component=operator",
        };
        lines.AddRange(snapshot.Models.Where(seen => snapshot.Addresses.ContainsKey(seen.Key))
            .Select(seen => $"curl {snapshot.Addresses[seen.Key]}v2/models/{seen.Model.Metadata.Name}"));
        return new Panel(new Text(string.Join('\n', lines))).Header("try").Expand();
    }

    private static string Bar(int percent)
    {
        var full = Math.Clamp(percent, 0, 100) * BarWidth / 100;
        return $"[green]{new string('█', full)}[/][grey]{new string('░', BarWidth - full)}[/]";
    }

    /// <summary>Values as bars of eight heights between the lowest and the highest.</summary>
    internal static string Sparkline(IReadOnlyList<double> values)
    {
        const string heights = "▁▂▃▄▅▆▇█";
        if (values.Count == 0)
            return "";
        var (low, span) = (values.Min(), values.Max() - values.Min());
        return string.Concat(values.Select(value => heights[span == 0 ? 0 : (int)((value - low) / span * (heights.Length - 1))]));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
