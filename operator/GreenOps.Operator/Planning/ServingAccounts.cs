using GreenOps.Api.Models;
using GreenOps.Operator.Load;

namespace GreenOps.Operator.Planning;

/// <summary>What the serving pods used since the status last accounted for them.</summary>
/// <param name="Joules">Energy since then.</param>
/// <param name="Requests">Requests since then, by variant.</param>
/// <param name="Meters">Counters now, to be the base of the next difference; sorted by pod.</param>
public sealed record ServingUse(double Joules, IReadOnlyDictionary<string, long> Requests, IReadOnlyList<PodMeter> Meters);

/// <summary>Takes the difference between the pods' counters and those that the status remembers.</summary>
public static class ServingAccounts
{
    /// <summary>The use since the remembered counters.</summary>
    /// <param name="remembered">Counters as the status remembers them.</param>
    /// <param name="servers">Counters now, of the pods that answered.</param>
    /// <param name="alive">Names of the pods that exist: one that did not answer keeps its remembered counters.</param>
    public static ServingUse Since(IReadOnlyList<PodMeter> remembered, IReadOnlyList<ServerLoad> servers, IReadOnlySet<string> alive)
    {
        var before = remembered.ToDictionary(meter => meter.Pod, StringComparer.Ordinal);
        double joules = 0;
        SortedDictionary<string, long> requests = new(StringComparer.Ordinal);
        SortedDictionary<string, PodMeter> meters = new(StringComparer.Ordinal);
        foreach (var meter in remembered.Where(meter => alive.Contains(meter.Pod)))
        {
            meters[meter.Pod] = meter;
        }

        foreach (var server in servers)
        {
            var base0 = before.GetValueOrDefault(server.Pod);
            joules += CounterDelta.Between(base0?.Joules ?? 0, server.Joules);
            // The counters of one process fall together: the energy counter, which never stands still, tells a restart.
            var restarted = server.Joules < (base0?.Joules ?? 0);
            foreach (var (variant, count) in server.Requests)
            {
                var known = restarted ? 0 : base0?.Requests.FirstOrDefault(entry => entry.Variant == variant)?.Count ?? 0;
                requests[variant] = requests.GetValueOrDefault(variant) + Math.Max(0, count - known);
            }

            meters[server.Pod] = new PodMeter { Pod = server.Pod, Joules = Math.Round(server.Joules, 3), Requests = Counts(server.Requests) };
        }

        return new ServingUse(joules, requests, [.. meters.Values]);
    }

    /// <summary>Requests by variant as the status writes them.</summary>
    public static IReadOnlyList<VariantRequests> Counts(IEnumerable<KeyValuePair<string, long>> requests) =>
        [.. requests.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new VariantRequests { Variant = entry.Key, Count = entry.Value })];
}
