using System.Net.Http.Headers;
using System.Text;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Protocol;

public sealed class HostileInputTests
{
    private const int Attempts = 500;

    [Fact]
    public async Task No_body_makes_the_server_fail()
    {
        await using var server = await RunningServer.StartReadyAsync(TestModels.Lookup());
        var valid = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"indices","shape":[2],"datatype":"INT64","data":[0,-1]}],"outputs":[{"name":"y"}]}""");
        var random = new Random(1);
        var statuses = new HashSet<int>();
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var body = valid.ToArray();
            body[random.Next(body.Length)] = (byte)random.Next(32, 127);
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await server.Client.PostAsync(new Uri("/v2/models/fashion/infer", UriKind.Relative), content, TestContext.Current.CancellationToken);
            statuses.Add((int)response.StatusCode);
        }

        Assert.Equal([200, 400], statuses.Order());
    }
}
