using System.Security.Cryptography;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Import;

/// <summary>Receives one file over the network, and gives up when it stays silent.</summary>
/// <param name="uri">Its address as the user wrote it.</param>
/// <param name="target">Where it is written.</param>
/// <param name="silence">Longest time without an answer or a byte.</param>
/// <param name="time">The clock.</param>
internal sealed class Download(string uri, Stream target, TimeSpan silence, TimeProvider time)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Writes what a source gives and digests it on the way.</summary>
    /// <param name="source">The file's content.</param>
    /// <param name="announced">Its length, where the source says it beforehand.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <returns>SHA-256 of the content, lower-case hexadecimal.</returns>
    /// <exception cref="StageException">The source fails, falls silent, or gives more than an ONNX file can hold.</exception>
    /// <exception cref="IOException">The target cannot be written.</exception>
    public async Task<string> ReceiveAsync(Stream source, long? announced, CancellationToken cancellationToken)
    {
        if (announced > ModelFault.MaximumBytes)
        {
            throw ModelFault.TooLarge(uri);
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        for (long total = 0; ;)
        {
            var read = await AnswerAsync(token => source.ReadAsync(buffer, token).AsTask(), cancellationToken);
            if (read == 0)
            {
                return Convert.ToHexStringLower(digest.GetHashAndReset());
            }

            total += read;
            if (total > ModelFault.MaximumBytes)
            {
                throw ModelFault.TooLarge(uri);
            }

            digest.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    /// <summary>Waits for an answer of the source, and turns its faults into ones that are tried again.</summary>
    /// <exception cref="StageException">The source fails or stays silent.</exception>
    public async Task<T> AnswerAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await ask(either.Token);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw ModelFault.Unavailable($"model.uri is '{uri}' and the transfer failed: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ModelFault.Unavailable(FormattableString.Invariant($"model.uri is '{uri}' and nothing came from there for {silence.TotalSeconds:0.#} s."));
        }
    }
}
