using System.Net;
using System.Text.Json.Nodes;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Reconciling;
using GreenOps.Operator.Tests.Worlds;
using k8s.Autorest;
using Xunit;

namespace GreenOps.Operator.Tests.Reconciling;

/// <summary>What the API server says when it refuses a child, and what a person reads of it.</summary>
public sealed class ApiRefusalTests
{
    [Theory]
    [InlineData(403, "services \"fashion\" is forbidden: exceeded quota: few, requested: services=1, used: services=5, limited: services=5", ChildRefusal.QuotaExceeded)]
    [InlineData(403, "services \"fashion\" is forbidden: unable to create new content in namespace shop because it is being terminated", ChildRefusal.NamespaceTerminating)]
    [InlineData(400, "admission webhook \"policy.example.com\" denied the request: no Services here", ChildRefusal.AdmissionDenied)]
    [InlineData(422, "services \"fashion\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no Services here", ChildRefusal.AdmissionDenied)]
    [InlineData(403, "services \"fashion\" is forbidden: User \"greenops\" cannot patch resource \"services\"", ChildRefusal.Forbidden)]
    [InlineData(422, "Service \"fashion\" is invalid: spec.ports[0].port: Invalid value: 0", ChildRefusal.ChildInvalid)]
    public void The_server_s_sentence_is_told_with_a_reason(int status, string said, string reason)
    {
        var error = Error(status, new JsonObject { ["kind"] = "Status", ["message"] = said }.ToJsonString());
        var refusal = ApiRefusal.Of(ServerService.Build(Samples.Model()), error);

        Assert.True(ApiRefusal.IsRefusal(error));
        Assert.Equal(("Service", "fashion", reason), (refusal.Kind, refusal.Name, refusal.Reason));
        Assert.StartsWith($"The API server refuses Service fashion: {said}. ", refusal.Message);
        Assert.EndsWith(".", refusal.Message);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public void What_trying_again_can_mend_is_no_refusal(int status) => Assert.False(ApiRefusal.IsRefusal(Error(status, "")));

    [Fact]
    public void An_answer_that_is_no_status_is_told_as_it_is() =>
        Assert.Contains("a proxy's page", ApiRefusal.Of(ServerService.Build(Samples.Model()), Error(403, "a proxy's page")).Message);

    private static HttpOperationException Error(int status, string content)
    {
        using HttpResponseMessage answer = new((HttpStatusCode)status);
        return new HttpOperationException { Response = new HttpResponseMessageWrapper(answer, content) };
    }
}
