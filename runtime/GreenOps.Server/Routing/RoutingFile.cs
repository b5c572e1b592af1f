using System.Threading.Channels;
using GreenOps.Contract;

namespace GreenOps.Server.Routing;

/// <summary>
/// The routing file and news of it. The folder is watched, not the file: Kubernetes replaces a mounted ConfigMap by
/// renaming a symbolic link (<c>..data</c>) beside the file, and the file's own entry never changes.
/// </summary>
internal sealed class RoutingFile : IDisposable
{
    private readonly string _path;
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile FileSystemWatcher? _watcher;

    /// <summary>Names a file, which need not be there yet.</summary>
    /// <param name="path">The file as the container knows it.</param>
    public RoutingFile(string path)
    {
        _path = path;
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="ContractException">It is not there or cannot be read.</exception>
    public byte[] Read()
    {
        try
        {
            return File.ReadAllBytes(ContainerPaths.Resolve(_path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ContractException($"The routing file '{_path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Starts to watch where that is not done yet and the folder is there.</summary>
    /// <returns>Why it cannot be watched, for example because the node has no inotify instance left; null when it can.</returns>
    public string? Watch()
    {
        try
        {
            StartWatching();
            return null;
        }
        catch (IOException error)
        {
            return error.Message;
        }
    }

    /// <summary>Sleeps until the folder changes or the time is over.</summary>
    /// <param name="atMost">The longest sleep, which bounds the harm of an event that was lost.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the sleep with an exception.</param>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _news.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _watcher?.Dispose();

    private void StartWatching()
    {
        var folder = ContainerPaths.Resolve(Path.GetDirectoryName(_path)!);
        if (_watcher is not null || !Directory.Exists(folder))
        {
            return;
        }

        var watcher = new FileSystemWatcher(folder)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.CreationTime,
        };
        watcher.Created += (_, _) => Announce();
        watcher.Changed += (_, _) => Announce();
        watcher.Renamed += (_, _) => Announce();
        watcher.Deleted += (_, _) => Announce();
        watcher.Error += (_, _) => Rewatch();
        try
        {
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch
        {
            watcher.Dispose();
            throw;
        }
    }

    private void Announce() => _news.Writer.TryWrite(true);

    private void Rewatch()
    {
        _watcher?.Dispose();
        _watcher = null;
        Announce();
    }
}
