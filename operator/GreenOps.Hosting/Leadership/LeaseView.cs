using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>
/// A lease as this process has watched it. Expiry is judged by the local clock since the lease last changed, as client-go does:
/// the renew time in it was written by another machine's clock.
/// </summary>
/// <param name="Lease">The lease as last read.</param>
/// <param name="ChangedAt">When this process first saw it like that, by its clock that nobody can set.</param>
internal sealed record LeaseView(V1Lease Lease, long ChangedAt)
{
    /// <summary>Who holds it; empty when nobody does.</summary>
    public string Holder => Lease.Spec?.HolderIdentity ?? "";

    /// <summary>The view after one more reading.</summary>
    public static LeaseView After(LeaseView? before, V1Lease read, long now) =>
        before?.Lease.Metadata.ResourceVersion == read.Metadata.ResourceVersion ? before! : new(read, now);

    /// <summary>True when this process may write itself in.</summary>
    public bool IsFree(string identity, TimeProvider time) =>
        Holder.Length == 0 || Holder == identity
        || time.GetElapsedTime(ChangedAt) >= TimeSpan.FromSeconds(Lease.Spec?.LeaseDurationSeconds ?? 0);

    /// <summary>The lease to write so that <paramref name="identity"/> holds it.</summary>
    public V1Lease HeldBy(string identity, TimeSpan duration, DateTimeOffset now) => new()
    {
        Metadata = Lease.Metadata,
        Spec = new V1LeaseSpec
        {
            HolderIdentity = identity,
            LeaseDurationSeconds = (int)duration.TotalSeconds,
            AcquireTime = (Holder == identity ? Lease.Spec?.AcquireTime : null) ?? MicroTime(now),
            RenewTime = MicroTime(now),
            LeaseTransitions = Lease.Spec is null ? 0 : (Lease.Spec.LeaseTransitions ?? 0) + (Holder == identity ? 0 : 1),
        },
    };

    /// <summary>The lease to write so that nobody holds it, as client-go leaves it.</summary>
    public V1Lease Released(DateTimeOffset now) => new()
    {
        Metadata = Lease.Metadata,
        Spec = new V1LeaseSpec
        {
            HolderIdentity = "",
            LeaseDurationSeconds = 1,
            AcquireTime = MicroTime(now),
            RenewTime = MicroTime(now),
            LeaseTransitions = Lease.Spec?.LeaseTransitions,
        },
    };

    /// <summary>
    /// A whole second is written without a fraction, which a server's MicroTime refuses to read: move it by one microsecond.
    /// </summary>
    private static DateTime MicroTime(DateTimeOffset now)
    {
        var whole = now.UtcDateTime.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerMicrosecond));
        return whole.Ticks % TimeSpan.TicksPerSecond == 0 ? whole.AddMicroseconds(1) : whole;
    }
}
