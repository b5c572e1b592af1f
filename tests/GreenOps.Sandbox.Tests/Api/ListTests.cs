using System.Net;

using GreenOps.Sandbox.Api;
using GreenOps.Sandbox.Api.Objects;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

public sealed class ListTests : ApiServerTest
{
    protected override KubernetesApiOptions Options => base.Options with { WatchHistory = 20 };

    [Theory]
    [InlineData("app=a", "1,2")]
    [InlineData("app!=a", "3,4")]
    [InlineData("app in (a, b),tier=x", "1,3")]
    [InlineData("app notin (a)", "3,4")]
    [InlineData("tier", "1,3")]
    [InlineData("!tier", "2,4")]
    [InlineData("app==b", "3")]
    public async Task Labels_select(string selector, string expected)
    {
        await CreateAsync("1", """{"app":"a","tier":"x"}""");
        await CreateAsync("2", """{"app":"a"}""");
        await CreateAsync("3", """{"app":"b","tier":"x"}""");
        await CreateAsync("4", "{}");
        Assert.Equal(expected, Names(await GetAsync($"{ConfigMaps}?labelSelector={Uri.EscapeDataString(selector)}")));
    }

    [Fact]
    public async Task Fields_select()
    {
        const string Events = "/api/v1/namespaces/default/events";
        await PostAsync(Events, """{"metadata":{"name":"a"},"involvedObject":{"kind":"Pod","name":"p"},"reason":"Started","type":"Normal"}""");
        await PostAsync(Events, """{"metadata":{"name":"b"},"involvedObject":{"kind":"Job","name":"j"},"reason":"Failed","type":"Warning"}""");
        Assert.Equal("a", Names(await GetAsync($"{Events}?fieldSelector=involvedObject.name%3Dp,type!%3DWarning")));
        Assert.Equal("b", Names(await GetAsync("/apis/events.k8s.io/v1/namespaces/default/events?fieldSelector=regarding.kind%3DJob")));
        Assert.Equal("b", Names(await GetAsync($"{Events}?fieldSelector=metadata.name%3Db")));
    }

    [Fact]
    public async Task A_bad_selector_is_refused()
    {
        (await GetAsync($"{ConfigMaps}?labelSelector=a%20b%20c")).Expect(HttpStatusCode.BadRequest);
        await DefineWidgetsAsync();
        var refused = (await GetAsync($"{Widgets}?fieldSelector=spec.size%3D1")).Expect(HttpStatusCode.BadRequest);
        Assert.Equal("field label not supported: spec.size", refused.Message);
    }

    [Fact]
    public async Task All_pages_show_one_version()
    {
        foreach (var name in (string[])["a", "b", "d"]) await CreateAsync(name);
        var first = await GetAsync($"{ConfigMaps}?limit=2");
        Assert.Equal(("a,b", 1L), (Names(first), first.Body.Long("metadata", "remainingItemCount")));
        await CreateAsync("c");
        await MergeAsync($"{ConfigMaps}/d", """{"data":{"k":"changed"}}""");
        var second = await GetAsync($"{ConfigMaps}?limit=2&continue={Uri.EscapeDataString(first.Body.String("metadata", "continue")!)}");
        Assert.Equal(("d", first.Version), (Names(second), second.Version));
        Assert.Null(second.Body.At("items")![0]!["data"]);
    }

    [Fact]
    public async Task A_forgotten_page_is_gone()
    {
        foreach (var name in (string[])["a", "b"]) await CreateAsync(name);
        var first = await GetAsync($"{ConfigMaps}?limit=1");
        for (var i = 0; i < 30; i++) await CreateAsync($"x{i}");
        var gone = (await GetAsync($"{ConfigMaps}?limit=1&continue={Uri.EscapeDataString(first.Body.String("metadata", "continue")!)}")).Expect(HttpStatusCode.Gone);
        Assert.Equal("Expired", gone.Body.String("reason"));
        (await GetAsync($"{ConfigMaps}?continue=nonsense")).Expect(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_list_across_namespaces_is_ordered()
    {
        await CreateAsync("b");
        await PostAsync("/api/v1/namespaces/kube-system/configmaps", ConfigMap("a"));
        await CreateAsync("a");
        var all = await GetAsync("/api/v1/configmaps");
        Assert.Equal(["default/a", "default/b", "kube-system/a"], all.Body.Array("items")!.Select(item => $"{item.String("metadata", "namespace")}/{item.String("metadata", "name")}"));
        Assert.Equal(("ConfigMapList", "v1"), (all.Body.String("kind"), all.Body.String("apiVersion")));
    }

    private Task<Answer> CreateAsync(string name, string labels = "{}") => PostAsync(ConfigMaps, $$$"""{"metadata":{"name":"{{{name}}}","labels":{{{labels}}} } }""");

    private static string Names(Answer list) => string.Join(',', list.Body.Array("items")!.Select(item => item.String("metadata", "name")));
}
