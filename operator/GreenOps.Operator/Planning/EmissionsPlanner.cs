using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Decisions;
using GreenOps.Decisions.Emissions;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>The books after this observation.</summary>
/// <param name="Emissions">Totals for the status.</param>
/// <param name="Window">The accuracy window for the status.</param>
/// <param name="WindowNow">The accuracy window up to this moment, for decisions.</param>
public sealed record Books(EmissionsStatus Emissions, AccuracyWindow Window, AccuracyWindow WindowNow);

/// <summary>
/// Keeps the books of a model: what its stages and its serving used and emitted, and what was avoided. Everything the
/// next entry needs stands in the status, so a restart of the operator neither loses nor counts twice.
/// </summary>
public static class EmissionsPlanner
{
    /// <summary>What avoided grams are measured against.</summary>
    public const string Baseline = $"{AvoidedEmissions.RunAtOnce}, {AvoidedEmissions.FullVariantOnly}";

    private const string ServerMeters = "ServerMeters";
    private const string StatedWatts = "StatedWatts";
    private const int IdleFactor = 10;

    private static readonly EmissionsStatus Nothing = new()
    {
        GramsCO2e = 0,
        AvoidedGramsCO2e = 0,
        Baseline = Baseline,
        StageJoules = 0,
        StageGramsCO2e = 0,
        ServingJoules = 0,
        ServingGramsCO2e = 0,
    };

    /// <summary>Brings the books up to date.</summary>
    /// <param name="observation">What is observed.</param>
    /// <param name="finished">Artifacts that the status does not remember yet.</param>
    /// <param name="served">The variants that took the traffic; null when none did.</param>
    /// <param name="writeAnyway">Whether the status changes for another reason, so that an entry costs no write of its own.</param>
    public static Books Plan(GreenModelObservation observation, IReadOnlyList<ArtifactStatus> finished, ServedSet? served, bool writeAnyway)
    {
        var status = observation.Model.Status;
        var books = AddStages(status?.Emissions ?? Nothing, finished);
        var window = CurrentWindow(observation);
        var history = ZoneOutlook.History(observation.Zone);
        if (history is null || served is null)
        {
            return new Books(books, window, window);
        }

        var isOurs = observation.Model.Spec.Serving.Container is null;
        var use = isOurs ? OfMeters(observation, books) : OwnServerAccounts.Since(observation, books.AccountedAt);
        books = books with
        {
            ServingBasis = isOurs ? ServerMeters : StatedWatts,
            // What was once measured against the full model stays in the sum.
            Baseline = isOurs ? Baseline : books.ServingBasis is null ? AvoidedEmissions.RunAtOnce : books.Baseline,
        };
        var windowNow = window with { Requests = Add(window.Requests, use.Requests) };
        var busy = isOurs ? use.Requests.Values.Any(count => count > 0) : OwnServer.Utilization(observation) > 0;
        if (!writeAnyway && !IsDue(observation, books, use, busy))
        {
            return new Books(books, status?.Serving?.Window ?? window, windowNow);
        }

        // Counters may have been read a moment ago: what was used since then belongs to the next entry.
        var until = isOurs ? observation.Load.ReadAt ?? observation.Now : observation.Now;
        var intensity = StageEmissions.MeanIntensity(history, [new RunInterval(Earlier(books.AccountedAt, until), until)]);
        return new Books(AddServing(books, use, served, intensity, until), windowNow, windowNow);
    }

    private static ServingUse OfMeters(GreenModelObservation observation, EmissionsStatus books)
    {
        var alive = observation.Pods
            .Where(pod => pod.GetLabel(Labels.Component) == Labels.ServerComponent)
            .Select(pod => pod.Name())
            .ToHashSet(StringComparer.Ordinal);
        return ServingAccounts.Since(books.Meters ?? [], observation.Load.Servers, alive);
    }

    /// <summary>An idle server is accounted for less often, and one that used nothing not at all, so that a model at rest writes next to nothing.</summary>
    private static bool IsDue(GreenModelObservation observation, EmissionsStatus books, ServingUse use, bool busy)
    {
        if (books.AccountedAt is not null && !busy && use.Joules == 0)
        {
            return false;
        }

        var interval = TimeSpan.FromSeconds(observation.Options.AccountingIntervalSeconds) * (busy ? 1 : IdleFactor);
        return books.AccountedAt is not { } last || observation.Now - last >= interval;
    }

    private static DateTimeOffset Earlier(DateTimeOffset? accountedAt, DateTimeOffset now) =>
        accountedAt is { } last && last < now ? last : now;

    private static EmissionsStatus AddStages(EmissionsStatus books, IReadOnlyList<ArtifactStatus> finished) => Total(books with
    {
        StageJoules = books.StageJoules + finished.Sum(artifact => artifact.EnergyJoules),
        StageGramsCO2e = books.StageGramsCO2e + finished.Sum(artifact => artifact.GramsCO2e),
        AvoidedGramsCO2e = books.AvoidedGramsCO2e + finished.Sum(artifact => artifact.AvoidedGramsCO2e),
    });

    private static EmissionsStatus AddServing(
        EmissionsStatus books, ServingUse use, ServedSet served, GramsPerKilowattHour intensity, DateTimeOffset now) => Total(books with
        {
            ServingJoules = books.ServingJoules + use.Joules,
            ServingGramsCO2e = books.ServingGramsCO2e + (new Joules(use.Joules) * intensity).Value,
            AvoidedGramsCO2e = books.AvoidedGramsCO2e + Avoided(use, served, intensity),
            AccountedAt = now,
            Meters = use.Meters,
        });

    /// <summary>By the measured energy of each variant's inference: idle power is the same whatever variant answers.</summary>
    private static double Avoided(ServingUse use, ServedSet served, GramsPerKilowattHour intensity)
    {
        if (served.Variants.FirstOrDefault(variant => variant.Name == Contract.StageNames.FullVariant) is not { } full)
        {
            return 0;
        }

        var known = served.Variants.Where(variant => use.Requests.ContainsKey(variant.Name)).ToList();
        Joules actual = new(known.Sum(variant => use.Requests[variant.Name] * variant.JoulesPerRequest.Value));
        return AvoidedEmissions.OfServing(known.Sum(variant => use.Requests[variant.Name]), full.JoulesPerRequest, actual, intensity).Amount.Value;
    }

    private static EmissionsStatus Total(EmissionsStatus books)
    {
        var rounded = books with
        {
            StageJoules = Math.Round(books.StageJoules, 3),
            StageGramsCO2e = Math.Round(books.StageGramsCO2e, 6),
            ServingJoules = Math.Round(books.ServingJoules, 3),
            ServingGramsCO2e = Math.Round(books.ServingGramsCO2e, 6),
            AvoidedGramsCO2e = Math.Round(books.AvoidedGramsCO2e, 6),
        };
        return rounded with
        {
            GramsCO2e = Math.Round(rounded.StageGramsCO2e + rounded.ServingGramsCO2e, 6),
            AvoidedSummary = Summary(rounded.AvoidedGramsCO2e),
        };
    }

    private static string Summary(double grams) => Math.Abs(grams) switch
    {
        0 => "0 g",
        < 1 => FormattableString.Invariant($"{grams * 1000:0.###} mg"),
        < 1000 => FormattableString.Invariant($"{grams:0.###} g"),
        _ => FormattableString.Invariant($"{grams / 1000:0.###} kg"),
    };

    /// <summary>The window that runs, or a new one when it has run its length.</summary>
    private static AccuracyWindow CurrentWindow(GreenModelObservation observation)
    {
        var length = TimeSpan.FromSeconds(observation.Model.Spec.Serving.Variants.WindowSeconds);
        return observation.Model.Status?.Serving?.Window is { } running && observation.Now - running.StartedAt < length
            ? running
            : new AccuracyWindow { StartedAt = observation.Now, Requests = [] };
    }

    private static IReadOnlyList<VariantRequests> Add(IReadOnlyList<VariantRequests> counts, IReadOnlyDictionary<string, long> more)
    {
        SortedDictionary<string, long> sum = new(StringComparer.Ordinal);
        foreach (var entry in counts)
        {
            sum[entry.Variant] = entry.Count;
        }

        foreach (var (variant, count) in more)
        {
            sum[variant] = sum.GetValueOrDefault(variant) + count;
        }

        return ServingAccounts.Counts(sum);
    }
}
