using GreenOps.Simulation.Variants;

namespace GreenOps.Simulation.Serving;

/// <summary>Replicas that take their time to start and go at once.</summary>
internal sealed class Replicas(Fleet fleet, int started)
{
    private readonly Queue<(DateTimeOffset ReadyAt, int Count)> starting = new();
    private int waiting;

    /// <summary>Replicas asked for.</summary>
    public int Asked { get; private set; } = started;

    /// <summary>Replicas that answer.</summary>
    public int Ready => Asked - waiting;

    /// <summary>Lets time pass.</summary>
    public void Advance(DateTimeOffset now)
    {
        while (starting.TryPeek(out var next) && next.ReadyAt <= now)
        {
            waiting -= starting.Dequeue().Count;
        }
    }

    /// <summary>Asks for another number; those that are still starting go first.</summary>
    public void Ask(int number, DateTimeOffset now)
    {
        if (number > Asked)
        {
            starting.Enqueue((now + TimeSpan.FromSeconds(fleet.StartSeconds), number - Asked));
            waiting += number - Asked;
        }
        else if (number < Asked && waiting > 0)
        {
            var gone = Math.Min(waiting, Asked - number);
            waiting -= gone;
            TakeFromStarting(gone);
        }

        Asked = number;
    }

    private void TakeFromStarting(int gone)
    {
        var kept = new List<(DateTimeOffset ReadyAt, int Count)>();
        while (starting.TryDequeue(out var next))
        {
            var taken = Math.Min(gone, next.Count);
            gone -= taken;
            if (next.Count > taken)
            {
                kept.Add((next.ReadyAt, next.Count - taken));
            }
        }

        kept.ForEach(starting.Enqueue);
    }
}
