using System.Text;
using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;
using GreenOps.Operator.Reconciling;
using GreenOps.Operator.Tests.Carbon.Providers;
using k8s;
using Xunit;

namespace GreenOps.Operator.Tests.Reconciling;

public sealed class SecretReaderTests
{
    private const string Path = "/api/v1/namespaces/greenops/secrets/carbon";

    private static readonly SecretKeyReference Reference = new() { Namespace = "greenops", Name = "carbon", Key = "token" };

    [Theory]
    [InlineData("abc")]
    [InlineData("abc\n")]
    [InlineData(" abc\r\n")]
    public async Task A_value_is_read_without_the_line_end_that_editors_leave(string value) =>
        Assert.Equal("abc", await ReadAsync(200, Secret("token", value)));

    [Theory]
    [InlineData(404, "{}", CarbonFaults.SecretNotFound, "Secret greenops/carbon does not exist; create it with the key 'token'")]
    [InlineData(403, "{}", CarbonFaults.SecretForbidden, "The operator may not read Secret greenops/carbon: add its name and namespace to carbon.secrets of the chart")]
    public async Task A_refusal_says_what_to_do(int status, string body, string reason, string sentence) => await RefusedAsync(status, body, reason, sentence);

    [Fact]
    public async Task A_missing_key_names_those_that_are_there() =>
        await RefusedAsync(200, Secret("other", "abc"), CarbonFaults.SecretNotFound, "Secret greenops/carbon has no key 'token'; its keys are: other.");

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("abc\ndef")]
    public async Task What_can_be_no_credential_is_refused_and_not_repeated(string value)
    {
        var refused = await RefusedAsync(200, Secret("token", value), CarbonFaults.SecretInvalid, "The key 'token' of Secret greenops/carbon is empty or holds control characters");

        Assert.DoesNotContain("def", refused.Message);
    }

    private static string Secret(string key, string value) =>
        $$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"carbon"},"data":{"{{key}}":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}}"} }""";

    private static async Task<CarbonDataException> RefusedAsync(int status, string body, string reason, string sentence)
    {
        var refused = await Assert.ThrowsAsync<CarbonDataException>(() => ReadAsync(status, body));
        Assert.Equal(reason, refused.Reason);
        Assert.Contains(sentence, refused.Message);
        return refused;
    }

    private static async Task<string> ReadAsync(int status, string body)
    {
        await using var server = await Vendor.StartAsync();
        server.On(Path, body, status);
        using Kubernetes client = new(new KubernetesClientConfiguration { Host = server.Url });
        return await new SecretReader(client).ReadAsync(Reference, TestContext.Current.CancellationToken);
    }
}
