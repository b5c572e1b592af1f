using GreenOps.Contract;
using GreenOps.Server.Protocol;
using GreenOps.Server.Telemetry;

namespace GreenOps.Server.Routing;

/// <summary>
/// The variants that the routing file names: which of them are in memory, and why the others are not. Loads and unloads
/// on demand, one change at a time; what is asked for holds for an artifact, so that a new revision begins anew.
/// </summary>
internal sealed class VariantRepository(RoutingLoader loader, ServingState state, ServerMetrics metrics, ServerOptions options) : IDisposable
{
    private const string UnloadedByHand = "It was unloaded by a client.";

    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly Dictionary<string, string> _withheld = [];
    private readonly List<string> _asked = [];
    private RoutingTable? _routing;
    private volatile IReadOnlyList<VariantStatus> _list = [];

    /// <summary>Every variant of the routing file, in its order; empty before it could be read.</summary>
    public IReadOnlyList<VariantStatus> List() => _list;

    /// <summary>Makes what is served equal to a routing table, as far as its variants can be loaded.</summary>
    /// <param name="routing">The table that is wanted.</param>
    /// <param name="cancellationToken">Cancelled when the server stops.</param>
    /// <returns>A sentence for every variant that should be loaded and cannot be.</returns>
    public async Task<IReadOnlyList<string>> ApplyAsync(RoutingTable routing, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            _routing = routing;
            Forget(routing.Variants.Select(variant => variant.Path).ToHashSet());
            return Follow();
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Loads a variant.</summary>
    /// <param name="variant">Its name.</param>
    /// <param name="cancellationToken">Cancels the wait for a change that is under way.</param>
    /// <exception cref="ProtocolException">404 for a variant that the routing file does not name, 400 when it cannot be loaded.</exception>
    public Task LoadAsync(string variant, CancellationToken cancellationToken) => ChangeAsync(
        variant,
        routed =>
        {
            _withheld.Remove(routed.Path);
            _asked.Remove(routed.Path);
            _asked.Add(routed.Path);
            Follow();
            if (_list.First(status => status.Variant == variant) is { State: not VariantState.Ready } status)
            {
                throw ProtocolException.BadRequest($"Variant '{variant}' cannot be loaded: {status.Reason}");
            }
        },
        cancellationToken);

    /// <summary>Takes a variant out of memory, when the last request that uses it has ended; the others share its traffic.</summary>
    /// <param name="variant">Its name.</param>
    /// <param name="cancellationToken">Cancels the wait for a change that is under way.</param>
    /// <exception cref="ProtocolException">404 for a variant that the routing file does not name.</exception>
    public Task UnloadAsync(string variant, CancellationToken cancellationToken) => ChangeAsync(
        variant, routed => Withhold(routed.Path, UnloadedByHand), cancellationToken);

    /// <summary>Takes a variant that harms the server out for good: until its artifact changes or somebody loads it.</summary>
    /// <param name="path">Its artifact folder below the models folder.</param>
    /// <param name="reason">What it did, as a sentence.</param>
    /// <param name="cancellationToken">Cancelled when the server stops.</param>
    public async Task IsolateAsync(string path, string reason, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            Withhold(path, reason);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changes.Dispose();

    private async Task ChangeAsync(string name, Action<RoutedVariant> change, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            change(_routing?.Variants.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw ProtocolException.NotFound(
                    $"There is no variant '{name}'; the routing file names {string.Join(", ", _list.Select(known => $"'{known.Variant}'"))}."));
        }
        finally
        {
            _changes.Release();
        }
    }

    private void Withhold(string path, string reason)
    {
        _withheld[path] = reason;
        _asked.Remove(path);
        Follow();
    }

    private void Forget(HashSet<string> known)
    {
        _asked.RemoveAll(path => !known.Contains(path));
        foreach (var path in _withheld.Keys.Where(path => !known.Contains(path)).ToList())
        {
            _withheld.Remove(path);
        }
    }

    private IReadOnlyList<string> Follow()
    {
        if (_routing is not { } routing)
        {
            return [];
        }

        var plan = LoadPlan.Of(routing, _withheld, _asked, options.MaximumLoaded);
        using var lease = state.Acquire();
        Describe(routing, plan, lease?.Table, null);
        var outcome = loader.Load(routing with { Variants = plan.Load }, lease?.Table);
        if (outcome.Table is { } table)
        {
            state.Replace(table);
            metrics.PublishWeights(table);
        }
        else if (plan.Load.Count == 0)
        {
            state.Clear($"Variant '{routing.Variants[0].Name}': {plan.Absent[routing.Variants[0].Path]}");
            metrics.PublishWeights(null);
        }

        Describe(routing, plan, outcome.Table ?? lease?.Table, outcome.Faults);
        return [.. outcome.Faults.Select(fault => fault.Sentence), .. Displaced(routing, plan)];
    }

    /// <summary>Variants that should have traffic and have no room.</summary>
    private IEnumerable<string> Displaced(RoutingTable routing, LoadPlan plan) => routing.Variants
        .Where(variant => variant.Weight > 0 && plan.Absent.ContainsKey(variant.Path) && !_withheld.ContainsKey(variant.Path))
        .Select(variant => $"Variant '{variant.Name}' in '{variant.Path}' is not served: {plan.Absent[variant.Path]}");

    private void Describe(RoutingTable routing, LoadPlan plan, ServingTable? table, IReadOnlyList<LoadFault>? faults)
    {
        _list =
        [
            .. routing.Variants.Select(variant =>
            {
                var loaded = table?.Variants.Any(served => served.Path == variant.Path) == true && !plan.Absent.ContainsKey(variant.Path);
                var reason = plan.Absent.GetValueOrDefault(variant.Path)
                    ?? faults?.FirstOrDefault(fault => fault.Path == variant.Path)?.Sentence
                    ?? (faults is { Count: > 0 } && !loaded ? "Another variant of the same routing file cannot be loaded." : "");
                var state = loaded ? VariantState.Ready : faults is null && reason.Length == 0 ? VariantState.Loading : VariantState.Unavailable;
                return new VariantStatus(routing.Model, routing.Version, variant.Name, variant.Path, variant.Weight, state, loaded ? "" : reason);
            }),
        ];
        metrics.PublishFaults(_list);
    }
}
