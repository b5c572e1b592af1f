namespace GreenOps.Sandbox.Api;

/// <summary>Gives the API server the output of a pod's containers. The kubelet implements it.</summary>
public interface IPodLogSource
{
    /// <summary>Opens the output of one container.</summary>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="container">The container's name; null means the pod's only container.</param>
    /// <param name="follow">Whether the stream stays open until the container ends.</param>
    /// <param name="tailLines">How many of the last lines to start with; null means all.</param>
    /// <param name="previous">Whether to read the container's previous run.</param>
    /// <param name="ct">Cancelled when the client goes away.</param>
    /// <returns>A UTF-8 stream that the server disposes, or null when there is no such output.</returns>
    Task<Stream?> OpenAsync(string ns, string pod, string? container, bool follow, int? tailLines, bool previous, CancellationToken ct);
}
