using System.Net;
using System.Net.Sockets;
using System.Text;
using GreenOps.Contract;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Hosting;

public sealed class DrainTests : IDisposable
{
    private readonly ServingFolder _folder = new();

    public DrainTests()
    {
        _folder.Store("train-1", TestModels.ScaledMean(1));
        _folder.Route("1", new RoutedVariant("full", "train-1", 100));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_terminated_server_stops_being_ready_serves_on_and_exits_with_zero()
    {
        using var server = await ServerProcess.StartAsync(_folder, drainSeconds: 3);
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = Eventually.Timeout };
        await Eventually.TrueAsync(async () => await StatusAsync(client, "/readyz") == HttpStatusCode.OK);
        using var forgotten = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => LoadAsync(client, forgotten.Token)).ToArray();

        server.Terminate();
        await Eventually.TrueAsync(async () => await StatusAsync(client, "/readyz") == HttpStatusCode.ServiceUnavailable);
        using (var draining = await PostAsync(client))
        {
            Assert.Equal(HttpStatusCode.OK, draining.StatusCode);
            Assert.True(draining.Headers.ConnectionClose);
        }

        // Endpoints have forgotten the server: no new requests come, and none of those before may have failed.
        await forgotten.CancelAsync();
        Assert.All(await Task.WhenAll(load), answered => Assert.True(answered > 0));
        Assert.Equal(ExitCodes.Done, await server.WaitForExitAsync());
        Assert.Equal(2, (await server.LogAsync()).Split("Draining:").Length);
    }

    [Fact]
    public async Task A_request_in_flight_is_finished_after_the_server_stopped_listening()
    {
        using var server = await ServerProcess.StartAsync(_folder, drainSeconds: 0);
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = Eventually.Timeout };
        await Eventually.TrueAsync(async () => await StatusAsync(client, "/readyz") == HttpStatusCode.OK);
        var body = Encoding.UTF8.GetBytes(Requests.Image());
        using var slow = new TcpClient();
        await slow.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = slow.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /v2/models/fashion/infer HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n"),
            TestContext.Current.CancellationToken);

        // The server asks for the body once it has begun to read it: from here on the request is in flight.
        var buffer = new byte[4096];
        var interim = Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        Assert.StartsWith("HTTP/1.1 100", interim, StringComparison.Ordinal);

        server.Terminate();
        await Eventually.TrueAsync(() => RefusesAsync(server.Address));
        await stream.WriteAsync(body, TestContext.Current.CancellationToken);

        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("\"model_name\":\"fashion\"", answer, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, await server.WaitForExitAsync());
    }

    [Theory]
    [InlineData("127.0.0.1", "--port", "99999", "--port is 99999; it must be from 0 to 65535.")]
    [InlineData("127.0.0.1", "--drain-delay-seconds", "-1", "--drain-delay-seconds is -1; it must be from 0 to 3600.")]
    [InlineData("localhost", "--port", "0", "GREENOPS_BIND_ADDRESS is 'localhost'; it must be an IP address.")]
    public async Task A_start_that_cannot_work_is_bad_input(string bindAddress, string option, string value, string sentence)
    {
        var (exitCode, errors) = await ServerProcess.RunAsync(bindAddress, "--models", _folder.Models, option, value);

        Assert.Equal(ExitCodes.BadInput, exitCode);
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_in_a_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var (exitCode, errors) = await ServerProcess.RunAsync("127.0.0.1", "--models", _folder.Models, "--routing", _folder.Routing, "--port", port, "--grpc-port", "0", "--drain-delay-seconds", "0");

        Assert.Equal(ExitCodes.InternalError, exitCode);
        Assert.StartsWith($"127.0.0.1 port {port} or 0 cannot be listened on: ", errors, StringComparison.Ordinal);
    }

    private static async Task<int> LoadAsync(HttpClient client, CancellationToken stop)
    {
        var answered = 0;
        while (!stop.IsCancellationRequested)
        {
            using var response = await PostAsync(client);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            answered++;
        }

        return answered;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client) => client.PostAsync(
        new Uri("/v2/models/fashion/infer", UriKind.Relative),
        new StringContent(Requests.Image(), new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return response.StatusCode;
    }

    private static async Task<bool> RefusesAsync(Uri address)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
