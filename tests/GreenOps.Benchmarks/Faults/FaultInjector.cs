using System.Globalization;
using System.Net;
using GreenOps.Benchmarks.Operators;
using Microsoft.AspNetCore.Http.Features;

namespace GreenOps.Benchmarks.Faults;

/// <summary>Lets a plan's faults happen to calls.</summary>
internal sealed class FaultInjector(FaultPlan plan, TimeProvider time)
{
    private const int RetryAfterSeconds = 1;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(5);

    /// <summary>Handles a call, which <paramref name="forward"/> hands to the API server.</summary>
    public async Task HandleAsync(HttpContext context, Func<Task> forward)
    {
        var (fault, after) = plan.Next(CallKinds.Of(context.Request));
        switch (fault)
        {
            case Fault.None:
                await forward();
                break;
            case Fault.DropBefore:
                context.Abort();
                break;
            case Fault.DropAfter:
                context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
                await forward();
                context.Abort();
                break;
            case Fault.Conflict:
                await RefuseAsync(context, HttpStatusCode.Conflict, "Conflict");
                break;
            case Fault.Gone:
                await RefuseAsync(context, HttpStatusCode.Gone, "Expired");
                break;
            case Fault.TooManyRequests:
                context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                await RefuseAsync(context, HttpStatusCode.TooManyRequests, "TooManyRequests");
                break;
            case Fault.InternalError:
                await RefuseAsync(context, HttpStatusCode.InternalServerError, "InternalError");
                break;
            case Fault.Unavailable:
                await RefuseAsync(context, HttpStatusCode.ServiceUnavailable, "ServiceUnavailable");
                break;
            case Fault.Stall when CallKinds.Of(context.Request) == CallKind.Watch:
                Cut(context, after, () => Task.Delay(Stall, time, context.RequestAborted));
                await forward();
                break;
            case Fault.Stall:
                await StallAsync(context, forward);
                break;
            case Fault.Truncate:
                Cut(context, after, () =>
                {
                    context.Abort();
                    return Task.CompletedTask;
                });
                await forward();
                break;
            default:
                throw new InvalidOperationException($"{fault} is not a fault that can be made to happen.");
        }
    }

    private async Task StallAsync(HttpContext context, Func<Task> forward)
    {
        await Task.Delay(Stall, time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Who has gone away in the meantime has taken the call along.
        if (!context.RequestAborted.IsCancellationRequested)
            await forward();
    }

    private static void Cut(HttpContext context, int after, Func<Task> cut) =>
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new CutStream(context.Response.Body, after, cut)));

    private static Task RefuseAsync(HttpContext context, HttpStatusCode code, string reason)
    {
        context.Response.StatusCode = (int)code;
        return context.Response.WriteAsJsonAsync(new { kind = "Status", apiVersion = "v1", status = "Failure", reason, message = "injected by the fault run", code = (int)code });
    }
}
