using System.Net;

using GreenOps.Sandbox.Api.Objects;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

public sealed class ValidationTests : ApiServerTest
{
    private const string Rules = """
        {
          "type": "object",
          "required": ["a"],
          "x-kubernetes-validations": [
            { "rule": "has(self.x) != has(self.z)" },
            { "rule": "!has(self.min) || !has(self.max) || self.min <= self.max", "message": "min must not exceed max", "fieldPath": ".min", "reason": "FieldValueForbidden" },
            { "rule": "!has(self.ratio) || double(self.ratio) <= 1.0", "messageExpression": "'ratio must be at most 1, got ' + self.ratio" },
            { "rule": "self.a == oldSelf.a", "message": "a is immutable" }
          ],
          "properties": {
            "a": { "type": "integer" }, "x": { "type": "string" }, "z": { "type": "string" }, "min": { "type": "integer" }, "max": { "type": "integer" },
            "ratio": { "type": "string" },
            "items": { "type": "array", "items": { "type": "object", "properties": { "n": { "type": "integer", "x-kubernetes-validations": [{ "rule": "self < 100" }] } } } }
          }
        }
        """;

    [Theory]
    [InlineData("""{"a":1}""", "spec: Invalid value: failed rule: has(self.x) != has(self.z)")]
    [InlineData("""{"a":1,"x":"1","min":3,"max":2}""", "spec.min: Forbidden: min must not exceed max")]
    [InlineData("""{"a":1,"x":"1","ratio":"1.5"}""", "spec: Invalid value: ratio must be at most 1, got 1.5")]
    [InlineData("""{"a":1,"x":"1","ratio":"abc"}""", "spec: Invalid value: \"object\": type conversion error from 'string' to 'double' evaluating rule: !has(self.ratio) || double(self.ratio) <= 1.0")]
    [InlineData("""{"a":1,"x":"1","items":[{"n":1},{"n":100}]}""", "spec.items[1].n: Invalid value: 100: failed rule: self < 100")]
    [InlineData("""{"x":"1","z":"2"}""", "[spec.a: Required value, <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]")]
    public async Task Rules_refuse_with_their_sentence(string spec, string complaint)
    {
        await DefineWidgetsAsync(Rules);
        var refused = (await PostAsync(Widgets, Widget("w", spec))).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal($"Widget.example.dev \"w\" is invalid: {complaint}", refused.Message);
    }

    [Fact]
    public async Task Transition_rules_run_on_updates_only()
    {
        await DefineWidgetsAsync(Rules);
        (await PostAsync(Widgets, Widget("w", """{"a":1,"x":"1"}"""))).Expect(HttpStatusCode.Created);
        var refused = (await MergeAsync($"{Widgets}/w", """{"spec":{"a":2}}""")).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("Widget.example.dev \"w\" is invalid: spec: Invalid value: a is immutable", refused.Message);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_read_refuses_the_definition()
    {
        var refused = await PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
            {"metadata":{"name":"widgets.example.dev"},"spec":{"group":"example.dev","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},
             "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-validations":[{"rule":"self.a =="}]}}}]}}
            """);
        refused.Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Contains("compilation failed: ERROR: <input>:1:10: Syntax error", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_fields_are_refused_when_strict_and_warned_about_otherwise()
    {
        await DefineWidgetsAsync("""{"type":"object","properties":{"a":{"type":"integer"}}}""");
        var refused = (await PostAsync($"{Widgets}?fieldValidation=Strict", Widget("w", """{"b":1}"""))).Expect(HttpStatusCode.BadRequest);
        Assert.Equal("Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field \"spec.b\"", refused.Message);
        var warned = (await PostAsync($"{Widgets}?fieldValidation=Warn", Widget("w", """{"b":1}"""))).Expect(HttpStatusCode.Created);
        Assert.Equal("299 - \"unknown field \\\"spec.b\\\"\"", Assert.Single(warned.Warnings));
        Assert.Equal("{}", warned.Body["spec"].ToText());
        var applied = (await ApplyAsync($"{Widgets}/v", "m", Widget("v", """{"b":1}"""))).Expect(HttpStatusCode.InternalServerError);
        Assert.Equal("failed to create typed patch object (/v; example.dev/v1, Kind=Widget): .spec.b: field not declared in schema", applied.Message);
    }

    [Fact]
    public async Task Built_in_kinds_are_strict_too()
    {
        const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
        var unknown = (await PostAsync($"{Deployments}?fieldValidation=Strict", """{"metadata":{"name":"d"},"spec":{"replica":1}}""")).Expect(HttpStatusCode.BadRequest);
        Assert.Equal("Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown field \"spec.replica\"", unknown.Message);
        var wrong = (await PostAsync(Deployments, """{"metadata":{"name":"d"},"spec":{"replicas":"x"}}""")).Expect(HttpStatusCode.BadRequest);
        Assert.Equal("Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field Deployment.spec.replicas of type int32", wrong.Message);
    }

    [Theory]
    [InlineData("Bad_Name", "metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters")]
    [InlineData("", "metadata.name: Required value: name or generateName is required")]
    public async Task Names_are_checked(string name, string complaint)
    {
        var refused = (await PostAsync(ConfigMaps, ConfigMap(name))).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.StartsWith($"ConfigMap \"{name}\" is invalid: {complaint}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Definitions_are_established_at_once()
    {
        await DefineWidgetsAsync();
        var definition = await GetAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.dev");
        Assert.Equal(["NamesAccepted=True", "Established=True"], definition.Body.Array("status", "conditions")!.Select(c => $"{c.String("type")}={c.String("status")}"));
        Assert.Equal("WidgetList", definition.Body.String("status", "acceptedNames", "listKind"));
        (await DeleteAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.dev")).Expect(HttpStatusCode.OK);
        (await GetAsync(Widgets)).Expect(HttpStatusCode.NotFound);
    }
}
