using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace GreenOps.Hosting.Tests.Queueing;

public sealed class WorkQueueTests
{
    private static readonly Backoff Backoff = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMinutes(5));

    private readonly FakeTimeProvider time = new();
    private readonly WorkQueue<string> queue;

    public WorkQueueTests() => queue = new(time, Backoff);

    [Property(MaxTest = 500)]
    public void No_key_is_held_twice_and_none_is_lost(int[] script)
    {
        var clock = new FakeTimeProvider();
        var keys = new WorkQueue<int>(clock, Backoff);
        var held = new List<int>();
        // Keys that changed since they were last handed out.
        var owed = new HashSet<int>();

        void Take()
        {
            var taken = keys.TakeAsync(default);
            Assert.True(taken.IsCompletedSuccessfully);
            Assert.DoesNotContain(taken.Result, held);
            held.Add(taken.Result);
            owed.Remove(taken.Result);
        }

        void GiveBack()
        {
            keys.Done(held[0]);
            held.RemoveAt(0);
        }

        foreach (var step in script)
        {
            var key = (step & int.MaxValue) / 8 % 4;
            switch ((step & int.MaxValue) % 8)
            {
                case 0 or 1 or 2:
                    keys.Add(key);
                    owed.Add(key);
                    break;
                case 3:
                    keys.AddAfter(key, TimeSpan.FromSeconds(key + 1));
                    owed.Add(key);
                    break;
                case 4:
                    keys.AddRateLimited(key);
                    owed.Add(key);
                    break;
                case 5 when keys.Depth > 0:
                    Take();
                    break;
                case 6 when held.Count > 0:
                    GiveBack();
                    break;
                default:
                    clock.Advance(TimeSpan.FromSeconds(key));
                    break;
            }
            Assert.True(keys.Depth <= 4);
        }

        clock.Advance(TimeSpan.FromDays(1));
        while (held.Count > 0 || keys.Depth > 0)
        {
            if (keys.Depth > 0)
                Take();
            else
                GiveBack();
        }
        Assert.Empty(owed);
    }

    [Property]
    public void A_burst_becomes_one_piece_of_work(byte repeats)
    {
        var keys = new WorkQueue<string>(time, Backoff);
        for (var i = 0; i <= repeats; i++)
            keys.Add("a");
        Assert.Equal(1, keys.Depth);
    }

    [Fact]
    public async Task A_key_that_changes_while_it_is_worked_on_comes_back_once()
    {
        queue.Add("a");
        Assert.Equal("a", await queue.TakeAsync(TestContext.Current.CancellationToken));
        queue.Add("a");
        queue.Add("a");
        Assert.Equal(0, queue.Depth);
        queue.Done("a");
        Assert.Equal(1, queue.Depth);
    }

    [Fact]
    public async Task A_taker_waits_for_the_next_key()
    {
        var taking = queue.TakeAsync(TestContext.Current.CancellationToken);
        Assert.False(taking.IsCompleted);
        queue.Add("a");
        Assert.Equal("a", await taking);
    }

    [Fact]
    public async Task A_taker_can_be_cancelled_without_losing_a_key()
    {
        using var impatience = new CancellationTokenSource();
        var taking = queue.TakeAsync(impatience.Token).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking);
        queue.Add("a");
        Assert.Equal("a", await queue.TakeAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Of_two_delays_the_one_that_ends_first_counts()
    {
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("a", TimeSpan.FromSeconds(2));
        queue.AddAfter("a", TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(0, queue.Depth);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, queue.Depth);
    }

    [Fact]
    public async Task A_dropped_delay_does_not_fire()
    {
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("a", TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(2));
        queue.Done(await queue.TakeAsync(TestContext.Current.CancellationToken));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, queue.Depth);
    }

    [Fact]
    public async Task A_look_ends_the_delay_of_its_key()
    {
        queue.AddAfter("a", TimeSpan.FromMinutes(10));
        queue.Add("a");
        queue.Done(await queue.TakeAsync(TestContext.Current.CancellationToken));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, queue.Depth);
    }

    [Fact]
    public async Task What_changed_overtakes_what_is_only_due_again()
    {
        queue.AddAfter("due", TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        queue.Add("changed");
        queue.Add("changed later");

        Assert.Equal(["changed", "changed later", "due"], await TakeAllAsync());
    }

    [Fact]
    public async Task What_is_due_again_is_overtaken_for_ten_seconds_only()
    {
        queue.AddAfter("due", TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(10));
        queue.Add("changed");

        Assert.Equal(["due", "changed"], await TakeAllAsync());
    }

    [Fact]
    public async Task What_is_due_again_and_then_changes_moves_ahead_and_is_taken_once()
    {
        queue.AddAfter("due", TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        queue.AddAfter("changed", TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        queue.Add("changed");
        Assert.Equal(2, queue.Depth);

        Assert.Equal(["changed", "due"], await TakeAllAsync());
        queue.Add("changed");
        queue.Done("changed");
        Assert.Equal(["changed"], await TakeAllAsync());
    }

    [Fact]
    public void A_clock_put_forward_delays_no_retry()
    {
        var clock = new SettableDate();
        var keys = new WorkQueue<string>(clock, Backoff);
        keys.AddAfter("a", TimeSpan.FromMinutes(10));
        clock.Shift = TimeSpan.FromHours(1);
        keys.AddRateLimited("a");
        clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(1, keys.Depth);
    }

    [Fact]
    public async Task A_queue_says_how_long_keys_wait_and_are_worked_on()
    {
        var added = 0;
        var waits = new List<TimeSpan>();
        var keys = new WorkQueue<string>(time, Backoff, () => added++, waits.Add);
        keys.Add("a");
        keys.Add("a");
        keys.Add("b");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new QueueLoad(2, TimeSpan.Zero, TimeSpan.Zero), keys.Load);
        await keys.TakeAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(3));
        await keys.TakeAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, added);
        Assert.Equal([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)], waits);
        Assert.Equal(new QueueLoad(0, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(4)), keys.Load);
    }

    [Fact]
    public void The_backoff_grows_without_end_up_to_its_maximum_and_is_forgotten()
    {
        var waits = Enumerable.Range(0, 5000).Select(_ => queue.AddRateLimited("a").Wait).ToList();
        Assert.Equal(TimeSpan.FromMilliseconds(5), waits[0]);
        Assert.Equal(TimeSpan.FromMilliseconds(10), waits[1]);
        Assert.All(waits.Zip(waits.Skip(1)), pair => Assert.True(pair.Second >= pair.First));
        Assert.Equal(TimeSpan.FromMinutes(5), waits[^1]);
        Assert.Equal(TimeSpan.FromMilliseconds(5), queue.AddRateLimited("b").Wait);

        queue.Forget("a");

        Assert.Equal((1, TimeSpan.FromMilliseconds(5)), queue.AddRateLimited("a"));
    }

    [Fact]
    public void A_failed_key_comes_back_when_its_backoff_is_over()
    {
        queue.AddRateLimited("a");
        Assert.Equal(0, queue.Depth);
        time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(1, queue.Depth);
    }

    [Fact]
    public async Task Many_workers_never_hold_one_key_together()
    {
        var token = TestContext.Current.CancellationToken;
        var holders = new int[8];
        var worked = 0;
        var numbers = new WorkQueue<int>(time, Backoff);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(token);
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                while (true)
                {
                    var key = await numbers.TakeAsync(done.Token);
                    Assert.Equal(1, Interlocked.Increment(ref holders[key]));
                    await Task.Yield();
                    if (Random.Shared.Next(3) == 0)
                        numbers.Add(key);
                    Assert.Equal(0, Interlocked.Decrement(ref holders[key]));
                    numbers.Done(key);
                    if (Interlocked.Increment(ref worked) == 20_000)
                        await done.CancelAsync();
                }
            },
            token)).ToList();
        var feeder = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    numbers.Add(Random.Shared.Next(holders.Length));
                    await Task.Yield();
                }
            },
            token);
        foreach (var worker in workers)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker);
        await feeder;
        Assert.True(worked >= 20_000);
    }

    private async Task<List<string>> TakeAllAsync()
    {
        var taken = new List<string>();
        while (queue.Depth > 0)
            taken.Add(await queue.TakeAsync(TestContext.Current.CancellationToken));
        return taken;
    }

    private sealed class SettableDate : FakeTimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
