using GreenOps.Api.Models;
using GreenOps.Decisions;
using GreenOps.Decisions.Emissions;
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
        // Compared as they are remembered: a reading seen twice must not look as if its counter had gone down.
        servers = [.. servers.Select(server => server with { Joules = Math.Round(server.Joules, 3) })];
        var energy = MeterDelta.Between(
            [.. remembered.Select(meter => new MeterReading(meter.Pod, new Joules(meter.Joules)))],
            [.. servers.Select(server => new MeterReading(server.Pod, new Joules(server.Joules)))],
            alive);
        var before = remembered.ToDictionary(meter => meter.Pod, StringComparer.Ordinal);
        SortedDictionary<string, long> requests = new(StringComparer.Ordinal);
        SortedDictionary<string, PodMeter> meters = new(StringComparer.Ordinal);
        foreach (var meter in remembered.Where(meter => alive.Contains(meter.Pod)))
        {
            meters[meter.Pod] = meter;
        }

        foreach (var server in servers)
        {
            foreach (var (variant, count) in Answered(server, before.GetValueOrDefault(server.Pod)))
            {
                requests[variant] = requests.GetValueOrDefault(variant) + count;
            }

            meters[server.Pod] = new PodMeter { Pod = server.Pod, Joules = server.Joules, Requests = Counts(server.Requests) };
        }

        return new ServingUse(energy.Used.Value, requests, [.. meters.Values]);
    }

    /// <summary>
    /// Requests of a pod since its remembered counters. All counters of a process fall together when it restarts, and
    /// the energy counter, which never stands still, tells that it did.
    /// </summary>
    private static IEnumerable<(string Variant, long Count)> Answered(ServerLoad server, PodMeter? before)
    {
        var known = before is null || server.Joules < before.Joules ? [] : before.Requests;
        return server.Requests.Select(entry =>
            (entry.Key, Math.Max(0, entry.Value - (known.FirstOrDefault(count => count.Variant == entry.Key)?.Count ?? 0))));
    }

    /// <summary>Requests by variant as the status writes them.</summary>
    public static IReadOnlyList<VariantRequests> Counts(IEnumerable<KeyValuePair<string, long>> requests) =>
        [.. requests.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new VariantRequests { Variant = entry.Key, Count = entry.Value })];
}
