using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using GreenOps.Artifacts;
using GreenOps.Contract;

namespace GreenOps.Sandbox.Load;

/// <summary>
/// Sends held-out images of the sample dataset to a model by the Open Inference Protocol, at the rate of a
/// <see cref="LoadCurve"/>, each request on its way whether or not earlier ones are answered, up to a limit.
/// </summary>
internal sealed class LoadGenerator(LoadCurve curve, TimeProvider time) : IDisposable
{
    private const int ImagesPerRequest = 16;
    private const int Variety = 64;
    private const int InFlightLimit = 64;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    // Connections are renewed often, or a replica that joins would get none of them.
    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly SemaphoreSlim inFlight = new(InFlightLimit);
    private long answered;
    private long failed;

    /// <summary>Requests answered with success.</summary>
    public long Answered => Interlocked.Read(ref answered);

    /// <summary>Requests answered otherwise or not at all.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>The rate aimed at now, in requests a second.</summary>
    public double Rate => curve.RateAt(time.GetUtcNow());

    /// <summary>The hour of the synthetic day now.</summary>
    public double Hour => curve.HourAt(time.GetUtcNow());

    /// <summary>Sends until cancelled.</summary>
    /// <param name="service">The service's address.</param>
    /// <param name="model">The model's name in the protocol.</param>
    /// <param name="dataset">A folder with an IDX dataset.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    public async Task RunAsync(Uri service, string model, string dataset, CancellationToken cancellationToken)
    {
        var bodies = await BodiesAsync(new Uri(service, $"/v2/models/{model}"), dataset, cancellationToken);
        var target = new Uri(service, $"/v2/models/{model}/infer");
        var (due, sent) = (0.0, 0);
        using var timer = new PeriodicTimer(Tick, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            due += Rate * Tick.TotalSeconds;
            for (; due >= 1 && await inFlight.WaitAsync(0, cancellationToken); due--)
                _ = SendAsync(target, bodies[sent++ % bodies.Count], cancellationToken);
            // What could not be sent in time is not made up for: that would be a burst, not the curve.
            due = Math.Min(due, 1);
        }
    }

    public void Dispose()
    {
        http.Dispose();
        inFlight.Dispose();
    }

    private async Task SendAsync(Uri target, string body, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(target, content, cancellationToken);
            Interlocked.Increment(ref response.IsSuccessStatusCode ? ref answered : ref failed);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            Interlocked.Increment(ref failed);
        }
        finally
        {
            inFlight.Release();
        }
    }

    private async Task<List<string>> BodiesAsync(Uri metadata, string dataset, CancellationToken cancellationToken)
    {
        var input = (await http.GetFromJsonAsync<JsonObject>(metadata, cancellationToken))!["inputs"]![0]!;
        var images = DatasetLoader.Load(new DatasetSpec { Uri = $"file://{dataset}", Format = DatasetFormat.Idx, HoldoutPercent = 10, HoldoutSeed = 0 });
        return [.. Enumerable.Range(0, Variety).Select(batch => Body(input, images, batch))];
    }

    private static string Body(JsonNode input, Dataset images, int batch)
    {
        var size = images.Size;
        var first = batch * ImagesPerRequest % (images.HeldOut.Count - ImagesPerRequest);
        var pixels = images.HeldOut.Pixels.AsSpan(first * size, ImagesPerRequest * size);
        var data = new StringBuilder(pixels.Length * 6);
        foreach (var pixel in pixels)
            data.Append(data.Length == 0 ? "" : ",").Append((pixel / 255.0).ToString("0.####", CultureInfo.InvariantCulture));
        // The first dimension is the batch; the others are the model's own.
        var shape = string.Join(',', input["shape"]!.AsArray().Skip(1).Select(dimension => dimension!.ToJsonString()).Prepend($"{ImagesPerRequest}"));
        return $$"""{"inputs":[{"name":{{input["name"]!.ToJsonString()}},"shape":[{{shape}}],"datatype":"FP32","data":[{{data}}]}]}""";
    }
}
