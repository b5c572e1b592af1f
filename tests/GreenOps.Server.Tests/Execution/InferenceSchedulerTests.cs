using System.Runtime.InteropServices;
using GreenOps.Server.Execution;
using GreenOps.Server.Protocol;
using GreenOps.Server.Tensors;
using GreenOps.Server.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Tests.Execution;

/// <summary>The only slot is held from outside while requests come, so that what waits together is known.</summary>
public sealed class InferenceSchedulerTests : IDisposable
{
    private const int Pixels = 28 * 28;

    private readonly FakeTimeProvider _time = new();
    private readonly InferenceSlots _slots;
    private readonly LoadedModel _model;

    public InferenceSchedulerTests()
    {
        using var options = new SessionOptions();
        _model = new LoadedModel(new InferenceSession(TestModels.ScaledMean(10).ToByteArray(), options))
        {
            Batching = BatchProfile.Of([Timing(1, 1), Timing(2, 1.1), Timing(4, 1.2), Timing(8, 1.3)], TimeSpan.FromSeconds(1)),
        };
        _slots = new InferenceSlots(1, _time);
    }

    public void Dispose() => _model.Users.Release();

    [Fact]
    public async Task What_waits_when_a_slot_is_free_runs_together_and_each_gets_its_own_rows()
    {
        using var scheduler = Create();
        Assert.True(_slots.TryOccupy());
        var works = new[] { Work(1), Work(2, 3), Work(4) };
        var answers = works.Select(work => scheduler.RunAsync(work).AsTask()).ToList();
        Assert.Equal(4, scheduler.Waiting);

        _slots.Free();
        var last = Work(5);
        var results = await Task.WhenAll(answers.Append(scheduler.RunAsync(last).AsTask()));

        Assert.Equal([[10f], [20f, 30f], [40f], [50f]], results.Select(Means));
        Assert.All(works.Append(last), work => Assert.Equal(5, work.RowsTogether));
    }

    [Fact]
    public async Task No_run_has_more_rows_than_pay()
    {
        using var scheduler = Create();
        Assert.True(_slots.TryOccupy());
        var works = Enumerable.Range(1, 11).Select(value => Work(value)).ToList();
        var answers = works[..10].Select(work => scheduler.RunAsync(work).AsTask()).ToList();

        _slots.Free();
        await Task.WhenAll(answers.Append(scheduler.RunAsync(works[10]).AsTask()));

        Assert.Equal([.. Enumerable.Repeat(8, 8), .. Enumerable.Repeat(3, 3)], works.Select(work => work.RowsTogether));
    }

    [Fact]
    public async Task A_request_that_finds_a_slot_free_does_not_wait_for_others()
    {
        using var scheduler = Create();
        var work = Work(1);

        var means = Means(await scheduler.RunAsync(work));
        Assert.Equal([10f], means);
        Assert.Equal(1, work.RowsTogether);
        Assert.Equal(0, scheduler.Waiting);
    }

    [Fact]
    public async Task Beyond_the_queue_requests_are_refused_until_a_slot_is_free()
    {
        using var scheduler = Create(depth: 2);
        Assert.True(_slots.TryOccupy());
        var waiting = new[] { scheduler.RunAsync(Work(1)).AsTask(), scheduler.RunAsync(Work(2)).AsTask() };

        var refusal = await Assert.ThrowsAsync<ProtocolException>(async () => await scheduler.RunAsync(Work(3)));
        Assert.Equal(429, refusal.Status);
        Assert.NotNull(refusal.RetryAfter);
        Assert.Equal(429, scheduler.Overload()?.Status);

        _slots.Free();
        Assert.Null(scheduler.Overload());
        await Task.WhenAll([.. waiting, scheduler.RunAsync(Work(4)).AsTask()]);
    }

    [Fact]
    public async Task A_request_whose_time_is_over_is_not_computed()
    {
        using var scheduler = Create();
        Assert.True(_slots.TryOccupy());
        var late = Work(1, timeout: TimeSpan.FromMilliseconds(5));
        var answer = scheduler.RunAsync(late).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(5));

        _slots.Free();
        await scheduler.RunAsync(Work(2));

        var error = await Assert.ThrowsAsync<ProtocolException>(() => answer);
        Assert.Equal(504, error.Status);
        Assert.Equal("The request's time of 5 ms was over before its turn came; it was not computed.", error.Message);
        Assert.Equal(0, late.RowsTogether);
    }

    [Fact]
    public async Task A_request_whose_client_has_gone_is_not_computed()
    {
        using var scheduler = Create();
        using var client = new CancellationTokenSource();
        Assert.True(_slots.TryOccupy());
        var gone = Work(1, cancellation: client.Token);
        var answer = scheduler.RunAsync(gone).AsTask();
        await client.CancelAsync();

        _slots.Free();
        await scheduler.RunAsync(Work(2));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Equal(0, gone.RowsTogether);
    }

    private InferenceScheduler Create(int depth = 0) =>
        new(_slots, new ServerOptions { Models = "", Cores = 1, QueueDepth = depth }, _time);

    private InferenceWork Work(params float[] pixels) => Work(pixels, null, default);

    private InferenceWork Work(float pixel, TimeSpan timeout) => Work([pixel], timeout, default);

    private InferenceWork Work(float pixel, CancellationToken cancellation) => Work([pixel], null, cancellation);

    private InferenceWork Work(float[] pixels, TimeSpan? timeout, CancellationToken cancellation)
    {
        var image = new Tensor("image", _model.Signature.Inputs[0].Datatype, [pixels.Length, 1, 28, 28], pixels.Length * Pixels);
        var elements = MemoryMarshal.Cast<byte, float>(image.Data.Span);
        for (var row = 0; row < pixels.Length; row++)
        {
            elements.Slice(row * Pixels, Pixels).Fill(pixels[row]);
        }

        return new InferenceWork(_model, [image], _model.OutputNames, pixels.Length)
        {
            ArrivedAt = _time.GetTimestamp(),
            QueuedAt = _time.GetTimestamp(),
            Timeout = timeout,
            Cancellation = cancellation,
        };
    }

    private static float[] Means(WorkResult result)
    {
        using (result.Outputs)
        {
            var means = result.Outputs.Values[0].GetTensorDataAsSpan<float>();
            return result.Rows == 0 ? means.ToArray() : means.Slice(result.FirstRow, result.Rows).ToArray();
        }
    }

    private static BatchTiming Timing(int rows, double milliseconds) => new(rows, TimeSpan.FromMilliseconds(milliseconds));
}
