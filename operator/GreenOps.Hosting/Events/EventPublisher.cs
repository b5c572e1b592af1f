using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GreenOps.Hosting;

/// <summary>
/// Writes core/v1 Events under names made from what they say, so that repeats, also those of another replica or an earlier process,
/// meet in one object.
/// </summary>
[EntityRbac(typeof(Corev1Event), Verbs = RbacVerb.Get | RbacVerb.Create | RbacVerb.Patch)]
[EntityRbac(typeof(Corev1Event), Scope = RbacScope.Default, Verbs = RbacVerb.Get | RbacVerb.Create | RbacVerb.Patch)]
internal sealed class EventPublisher(
    IKubernetes client, IOptions<HostingOptions> options, TimeProvider time, ILogger<EventPublisher> logger) : IEventPublisher
{
    private const int MaxMessage = 1024;
    private const int MaxNamePrefix = 200;
    private const int MaxTallies = 4096;

    // The API server forgets an event after an hour by default.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, EventTally> tallies = new();
    private readonly Quieter quieter = new(time);

    public async Task PublishAsync(
        IKubernetesObject<V1ObjectMeta> regarding, string type, string reason, string message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(regarding);
        ArgumentNullException.ThrowIfNull(message);
        var now = time.GetUtcNow();
        var seen = Describe(regarding, type, reason, message.Length <= MaxMessage ? message : message[..MaxMessage], now);
        var tally = tallies.GetOrAdd($"{seen.Metadata.NamespaceProperty}/{seen.Metadata.Name}", _ => new(now));
        if (tally.Count(now) is not { } count)
            return;
        Prune(now);
        seen.Count = count;
        seen.FirstTimestamp = tally.First.UtcDateTime;
        try
        {
            await WriteAsync(seen, cancellationToken);
        }
        catch (Exception error) when (error is HttpOperationException or HttpRequestException or OperationCanceledException or IOException
            && !cancellationToken.IsCancellationRequested)
        {
            var level = quieter.Passes(ApiFault.Cause(error) ?? error.Message) ? LogLevel.Warning : LogLevel.Debug;
            var (key, said) = (ObjectKey.Of(regarding), ApiFault.Describe(error));
            Log.EventFailed(logger, level, reason, key, said);
        }
    }

    private async Task WriteAsync(Corev1Event seen, CancellationToken cancellationToken)
    {
        var (name, space) = (seen.Metadata.Name, seen.Metadata.NamespaceProperty);
        if (seen.Count > 1)
        {
            try
            {
                await PatchAsync(seen, cancellationToken);
                return;
            }
            catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
            {
                // Expired: written anew below.
            }
        }
        try
        {
            await client.CoreV1.CreateNamespacedEventAsync(seen, space, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.Conflict)
        {
            var existing = await client.CoreV1.ReadNamespacedEventAsync(name, space, cancellationToken: cancellationToken);
            seen.Count += existing.Count ?? 1;
            await PatchAsync(seen, cancellationToken);
        }
    }

    private Task<Corev1Event> PatchAsync(Corev1Event seen, CancellationToken cancellationToken) =>
        client.CoreV1.PatchNamespacedEventAsync(
            new V1Patch(new Corev1Event { Count = seen.Count, LastTimestamp = seen.LastTimestamp }, V1Patch.PatchType.MergePatch),
            seen.Metadata.Name,
            seen.Metadata.NamespaceProperty,
            cancellationToken: cancellationToken);

    private Corev1Event Describe(IKubernetesObject<V1ObjectMeta> regarding, string type, string reason, string message, DateTimeOffset now)
    {
        var kind = ResourceKind.Of(regarding.GetType());
        var identity = string.Join('\n', regarding.Metadata.Uid, kind.ApiVersion, kind.Kind, type, reason, message);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity))[..8]);
        var prefix = regarding.Metadata.Name.Length <= MaxNamePrefix
            ? regarding.Metadata.Name
            : regarding.Metadata.Name[..MaxNamePrefix].TrimEnd('.', '-');
        return new Corev1Event
        {
            Metadata = new V1ObjectMeta
            {
                Name = $"{prefix}.{digest}",
                NamespaceProperty = ObjectKey.Of(regarding).Namespace ?? "default",
            },
            InvolvedObject = new V1ObjectReference
            {
                ApiVersion = kind.ApiVersion,
                Kind = kind.Kind,
                Name = regarding.Metadata.Name,
                NamespaceProperty = regarding.Metadata.NamespaceProperty,
                Uid = regarding.Metadata.Uid,
                ResourceVersion = regarding.Metadata.ResourceVersion,
            },
            Type = type,
            Reason = reason,
            Message = message,
            LastTimestamp = now.UtcDateTime,
            Source = new V1EventSource { Component = options.Value.Component },
            ReportingComponent = options.Value.Component,
            ReportingInstance = options.Value.LeaderElection.Identity,
        };
    }

    private void Prune(DateTimeOffset now)
    {
        if (tallies.Count <= MaxTallies)
            return;
        foreach (var (name, tally) in tallies)
        {
            if (now - tally.Last > Lifetime)
                tallies.TryRemove(name, out _);
        }
    }
}
