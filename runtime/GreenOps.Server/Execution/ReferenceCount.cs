namespace GreenOps.Server.Execution;

/// <summary>Counts the users of something that must be disposed by the last of them. Starts at one: the owner.</summary>
/// <param name="released">Called once, by the last user.</param>
internal sealed class ReferenceCount(Action released)
{
    private int _users = 1;

    /// <summary>Adds a user; false when the last one has gone already.</summary>
    public bool TryAdd()
    {
        var users = Volatile.Read(ref _users);
        while (users > 0)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    /// <summary>Removes a user.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            released();
        }
    }
}
