namespace GreenOps.Server.Execution;

/// <summary>
/// Requests that wait for a slot: each model's in the order of their arrival, the models in turns. Not safe for
/// concurrent use; the scheduler holds its lock.
/// </summary>
internal sealed class InferenceQueue
{
    private readonly Queue<LoadedModel> _turns = new();

    /// <summary>Rows that wait.</summary>
    public int Rows { get; private set; }

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _turns.Count == 0;

    /// <summary>Adds a request.</summary>
    public void Add(InferenceWork work)
    {
        if (work.Model.Waiting.Count == 0)
        {
            _turns.Enqueue(work.Model);
        }

        work.Model.Waiting.Enqueue(work);
        Rows += work.Rows;
    }

    /// <summary>Takes what to run next.</summary>
    /// <param name="isLate">Whether nobody waits for a request any more.</param>
    /// <param name="batch">Where the requests go that run together; stays empty when nothing waits.</param>
    /// <param name="late">Where the requests go that nobody waits for.</param>
    public void Take(Func<InferenceWork, bool> isLate, List<InferenceWork> batch, List<InferenceWork> late)
    {
        while (batch.Count == 0 && _turns.TryDequeue(out var model))
        {
            Take(model, isLate, batch, late);
            if (model.Waiting.Count > 0)
            {
                _turns.Enqueue(model);
            }
        }
    }

    private void Take(LoadedModel model, Func<InferenceWork, bool> isLate, List<InferenceWork> batch, List<InferenceWork> late)
    {
        var room = model.Batching.Best(Joinable(model));
        while (model.Waiting.TryPeek(out var work))
        {
            if (isLate(work))
            {
                late.Add(work);
            }
            else if (batch.Count > 0 && (!work.CanJoin || work.Rows > room))
            {
                return;
            }
            else
            {
                batch.Add(work);
                room -= work.Rows;
            }

            model.Waiting.Dequeue();
            Rows -= work.Rows;
            if (batch is [{ CanJoin: false }])
            {
                return;
            }
        }
    }

    /// <summary>Rows at the front that may share a run, as far as a run may have them.</summary>
    private static int Joinable(LoadedModel model)
    {
        var rows = 0;
        if (model.Batching.Limit > 1)
        {
            foreach (var work in model.Waiting)
            {
                if (!work.CanJoin || rows >= model.Batching.Limit)
                {
                    break;
                }

                rows += work.Rows;
            }
        }

        return Math.Max(1, rows);
    }
}
