using System.Threading.Channels;

namespace GreenOps.Hosting.Tests.Stub;

/// <summary>A controller played by the test: it hands every call over and answers what the test says.</summary>
public sealed class Recorder : IEntityController<Widget>
{
    private readonly Channel<Call> calls = Channel.CreateUnbounded<Call>();

    public async Task<Call> NextAsync() => await calls.Reader.ReadAsync().AsTask().Soon();

    public bool IsIdle => calls.Reader.Count == 0;

    public Task<ReconciliationResult<Widget>> ReconcileAsync(Widget entity, CancellationToken cancellationToken) =>
        HandOver("reconcile", entity, cancellationToken);

    public Task<ReconciliationResult<Widget>> DeletedAsync(Widget entity, CancellationToken cancellationToken) =>
        HandOver("deleted", entity, cancellationToken);

    private Task<ReconciliationResult<Widget>> HandOver(string method, Widget entity, CancellationToken cancellationToken)
    {
        var call = new Call(method, entity, cancellationToken);
        calls.Writer.TryWrite(call);
        return call.Result;
    }

    public sealed class Call(string method, Widget entity, CancellationToken cancellationToken)
    {
        private readonly TaskCompletionSource<ReconciliationResult<Widget>> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ObjectKey Key { get; } = ObjectKey.Of(entity);

        public string What { get; } = $"{method} {ObjectKey.Of(entity)}@{entity.Metadata.ResourceVersion}";

        public CancellationToken CancellationToken { get; } = cancellationToken;

        internal Task<ReconciliationResult<Widget>> Result => answer.Task;

        public void Succeed(TimeSpan? requeueAfter = null) => answer.SetResult(ReconciliationResult<Widget>.Success(entity, requeueAfter));

        public void Fail(TimeSpan? requeueAfter = null, Exception? error = null) =>
            answer.SetResult(ReconciliationResult<Widget>.Failure(entity, "not yet", error, requeueAfter));

        public void Throw(Exception error) => answer.SetException(error);
    }
}
