using GreenOps.Server.Routing;

namespace GreenOps.Server.Protocol;

/// <summary>Finds the model that a URL of the protocol names.</summary>
internal static class ModelAddress
{
    /// <summary>Route value with the model's name.</summary>
    public const string Model = "model";

    /// <summary>Route value with the version; absent in URLs without one.</summary>
    public const string Version = "version";

    /// <summary>The table that serves the model of this URL; dispose the lease when the answer is written.</summary>
    /// <exception cref="ProtocolException">503 while nothing is loaded, 404 for another model or version.</exception>
    public static TableLease Acquire(ServingState state, RouteValueDictionary route)
    {
        var lease = state.Acquire()
            ?? throw new ProtocolException(StatusCodes.Status503ServiceUnavailable, state.NotReadyReason ?? "The model is still loading.");
        try
        {
            Check(lease.Table, route);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private static void Check(ServingTable table, RouteValueDictionary route)
    {
        if (route[Model] is string model && model != table.Model)
        {
            throw ProtocolException.NotFound($"There is no model '{model}' here; this server has '{table.Model}'.");
        }

        if (route[Version] is string version && version != table.Version)
        {
            throw ProtocolException.NotFound($"Model '{table.Model}' has no version '{version}' here; this server has '{table.Version}'.");
        }
    }
}
