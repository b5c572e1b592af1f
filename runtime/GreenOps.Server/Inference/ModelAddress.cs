using GreenOps.Server.Protocol;
using GreenOps.Server.Routing;

namespace GreenOps.Server.Inference;

/// <summary>Finds the model that a request names.</summary>
internal static class ModelAddress
{
    /// <summary>The table that serves the model; dispose the lease when the answer is written.</summary>
    /// <param name="state">What the server has.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Its version; null or empty for the one that is here.</param>
    /// <exception cref="ProtocolException">503 while nothing is loaded, 404 for another model or version.</exception>
    public static TableLease Acquire(ServingState state, string? model, string? version)
    {
        var lease = state.Acquire()
            ?? throw new ProtocolException(StatusCodes.Status503ServiceUnavailable, state.NotReadyReason ?? "The model is still loading.");
        try
        {
            Check(lease.Table, model, version);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private static void Check(ServingTable table, string? model, string? version)
    {
        if (model != table.Model)
        {
            throw ProtocolException.NotFound($"There is no model '{model}' here; this server has '{table.Model}'.");
        }

        if (!string.IsNullOrEmpty(version) && version != table.Version)
        {
            throw ProtocolException.NotFound($"Model '{table.Model}' has no version '{version}' here; this server has '{table.Version}'.");
        }
    }
}
