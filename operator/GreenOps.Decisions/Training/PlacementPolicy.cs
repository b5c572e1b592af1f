using GreenOps.Decisions.Carbon;
using static System.FormattableString;

namespace GreenOps.Decisions.Training;

/// <summary>A place where training could run.</summary>
/// <param name="Zone">Name of its carbon zone.</param>
/// <param name="Outlook">What is known of the zone; null when nothing is.</param>
/// <param name="HasRoom">Whether it has a node that is large enough.</param>
public sealed record PlacementCandidate(string Zone, CarbonOutlook? Outlook, bool HasRoom);

/// <summary>Why training goes where it goes; the names are part of the API.</summary>
public enum PlacementReason
{
    /// <summary>The run is predicted to emit least there.</summary>
    LeastEmissions,

    /// <summary>No zone's data can be compared with another's; the first that has room is taken.</summary>
    FirstWithRoom,

    /// <summary>No zone has a node that is large enough; the first is taken, and the scheduler says what is missing.</summary>
    NoRoom,
}

/// <summary>Where training goes, and why.</summary>
/// <param name="Zone">Name of the carbon zone.</param>
/// <param name="Reason">The reason for machines.</param>
/// <param name="Message">The reason for people, one sentence.</param>
public sealed record PlacementDecision(string Zone, PlacementReason Reason, string Message);

/// <summary>
/// Chooses the zone in which a training is predicted to emit least, each zone's best schedule up to the deadline taken
/// into account: the same work uses the same energy everywhere, so the mean intensity of its hours decides.
/// </summary>
public static class PlacementPolicy
{
    /// <summary>Chooses among candidates.</summary>
    /// <param name="candidates">At least one, in the user's order, which decides between equals.</param>
    /// <param name="need">When the work must be done, how long it takes and whether it can pause.</param>
    /// <returns>
    /// The choice. Average and marginal intensities are never compared: only zones with the signal of the first that has
    /// fresh data take part.
    /// </returns>
    /// <exception cref="ArgumentException">There is no candidate.</exception>
    public static PlacementDecision Choose(IReadOnlyList<PlacementCandidate> candidates, PlacementNeed need)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(need);
        if (candidates.Count == 0)
        {
            throw new ArgumentException("A placement needs at least one zone to choose from.", nameof(candidates));
        }

        var roomy = candidates.Where(candidate => candidate.HasRoom).ToList();
        if (roomy.Count == 0)
        {
            return new PlacementDecision(
                candidates[0].Zone, PlacementReason.NoRoom, $"Training goes to zone {candidates[0].Zone}, though no zone has a ready node that is large enough for it.");
        }

        var known = roomy.Where(candidate => candidate.Outlook is { Stale: false }).ToList();
        if (known.Count == 0)
        {
            return new PlacementDecision(
                roomy[0].Zone, PlacementReason.FirstWithRoom, $"Training goes to zone {roomy[0].Zone}, the first with room: no zone has fresh carbon data.");
        }

        var signal = known[0].Outlook!.Signal;
        var compared = known
            .Where(candidate => candidate.Outlook!.Signal == signal)
            .Select(candidate => (candidate.Zone, Intensity: MeanIntensity(candidate.Outlook!, need)))
            .ToList();
        var best = compared.MinBy(candidate => candidate.Intensity);
        return new PlacementDecision(best.Zone, PlacementReason.LeastEmissions, Message(best, compared));
    }

    /// <summary>Mean intensity of the hours that the schedule would use, in g/kWh.</summary>
    private static double MeanIntensity(CarbonOutlook outlook, PlacementNeed need)
    {
        if (need.Work <= TimeSpan.Zero)
        {
            return outlook.Current.Value;
        }

        var end = need.Deadline - outlook.Step ?? need.Now;
        var latest = need.Now + need.Work;
        if (ShiftWindow.Between(need.Now, end > latest ? end : latest, outlook) is not { } window)
        {
            return outlook.Current.Value;
        }

        var cost = need.Deadline is null || window.First.End + need.Work > end
            ? window.CostOfRunFrom(need.Now, need.Work)
            : need.Interruptible
                ? ShiftWindow.CostOfRunIn(window.CheapestFor(need.Work, 1), need.Work)
                : window.CostOfRunFrom(window.BestStartFor(need.Work), need.Work);
        return cost / need.Work.TotalHours;
    }

    private static string Message((string Zone, double Intensity) best, List<(string Zone, double Intensity)> compared)
    {
        var others = string.Join(", ", compared.Where(candidate => candidate.Zone != best.Zone).Select(candidate => Invariant($"{candidate.Zone} {candidate.Intensity:0}")));
        return others.Length == 0
            ? Invariant($"Training goes to zone {best.Zone}, the only one with room and comparable carbon data.")
            : Invariant($"Training goes to zone {best.Zone}: {best.Intensity:0} g/kWh are predicted for its hours there (g/kWh elsewhere: {others}).");
    }
}

/// <summary>What a training needs of its place and time.</summary>
/// <param name="Now">The moment of the choice.</param>
/// <param name="Deadline">When it must be done; null when it runs at once.</param>
/// <param name="Work">Estimated run time; zero when unknown.</param>
/// <param name="Interruptible">Whether it can pause.</param>
public sealed record PlacementNeed(DateTimeOffset Now, DateTimeOffset? Deadline, TimeSpan Work, bool Interruptible);
