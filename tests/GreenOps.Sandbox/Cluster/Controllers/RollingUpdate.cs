using System.Globalization;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>A ReplicaSet as a rolling update sees it.</summary>
/// <param name="Size">Pods it asks for.</param>
/// <param name="Available">Pods of it that serve.</param>
internal readonly record struct SetSize(int Size, int Available);

/// <summary>The bounds of a rolling update.</summary>
/// <param name="Desired">Pods that the Deployment asks for.</param>
/// <param name="MaxSurge">Pods that may exist beyond those.</param>
/// <param name="MaxUnavailable">Pods of those that may be missing.</param>
internal readonly record struct RollingBounds(int Desired, int MaxSurge, int MaxUnavailable)
{
    /// <summary>From a Deployment; percentages round so that they favour availability, and not both may come to nothing.</summary>
    public static RollingBounds Of(V1DeploymentSpec spec)
    {
        var desired = spec.Replicas ?? 1;
        var surge = Share(spec.Strategy?.RollingUpdate?.MaxSurge, desired, decimal.Ceiling);
        var unavailable = Share(spec.Strategy?.RollingUpdate?.MaxUnavailable, desired, decimal.Floor);
        return new(desired, surge, surge == 0 && unavailable == 0 ? 1 : unavailable);
    }

    private static int Share(IntOrString? value, int of, Func<decimal, decimal> round)
    {
        var text = value?.Value ?? "25%";
        return text.EndsWith('%')
            ? (int)round(of * decimal.Parse(text[..^1], CultureInfo.InvariantCulture) / 100)
            : int.Parse(text, CultureInfo.InvariantCulture);
    }
}

/// <summary>One step of a rolling update, after the Deployment controller of Kubernetes.</summary>
internal static class RollingUpdate
{
    /// <summary>The next sizes.</summary>
    /// <param name="bounds">What may be missing and what may be too many.</param>
    /// <param name="current">The set of the newest template.</param>
    /// <param name="old">The sets of earlier templates, oldest first.</param>
    public static (int Current, IReadOnlyList<int> Old) Step(RollingBounds bounds, SetSize current, IReadOnlyList<SetSize> old)
    {
        var total = current.Size + old.Sum(set => set.Size);
        var room = Math.Max(0, bounds.Desired + bounds.MaxSurge - total);
        var next = Math.Min(bounds.Desired, current.Size + room);
        return (next, ShrinkOld(bounds, current, old));
    }

    private static int[] ShrinkOld(RollingBounds bounds, SetSize current, IReadOnlyList<SetSize> old)
    {
        var sizes = old.Select(set => set.Size).ToArray();
        var minimum = bounds.Desired - bounds.MaxUnavailable;
        // New pods that do not serve yet must not be counted on.
        var spare = current.Size + sizes.Sum() - minimum - Math.Max(0, current.Size - current.Available);
        for (var i = 0; i < sizes.Length && spare > 0; i++)
        {
            var idle = Math.Min(spare, Math.Max(0, sizes[i] - old[i].Available));
            sizes[i] -= idle;
            spare -= idle;
        }
        var serving = current.Available + old.Sum(set => Math.Min(set.Size, set.Available)) - minimum;
        for (var i = 0; i < sizes.Length && serving > 0; i++)
        {
            var given = Math.Min(serving, sizes[i]);
            sizes[i] -= given;
            serving -= given;
        }
        return sizes;
    }
}
