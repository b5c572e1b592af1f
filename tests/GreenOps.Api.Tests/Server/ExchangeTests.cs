namespace GreenOps.Api.Tests.Server;

/// <summary>The same requests to the sandbox and to Kubernetes' own server: where the answers differ, the sandbox is wrong.</summary>
/// <param name="sandbox">The one.</param>
/// <param name="kubernetes">The other.</param>
public sealed class ExchangeTests(SandboxServer sandbox, KubernetesServer kubernetes)
{
    public static TheoryData<string> Names { get; } = new(Exchange.Names());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_sandbox_answers_as_Kubernetes_does(string exchange)
    {
        kubernetes.Require();
        var differences = new List<string>();
        foreach (var request in Exchange.Read(exchange, ResourceClient.NewName()))
        {
            var expected = NormalAnswer.Of(await SendAsync(kubernetes, request));
            var actual = NormalAnswer.Of(await SendAsync(sandbox, request));
            if (expected != actual)
            {
                differences.Add($"{request}\n--- Kubernetes\n{expected}\n--- the sandbox\n{actual}");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }

    private static Task<ServerAnswer> SendAsync(CrdServer server, ExchangeRequest request) =>
        server.SendAsync(request.Method, request.Path, request.Body, request.ContentType, request.Accept);
}
