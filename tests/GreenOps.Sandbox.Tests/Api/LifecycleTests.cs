using System.Net;

using GreenOps.Sandbox.Api.Objects;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

public sealed class LifecycleTests : ApiServerTest
{
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task Dependents_go_with_their_last_owner()
    {
        var (one, two) = (await PostAsync(ConfigMaps, ConfigMap("one")), await PostAsync(ConfigMaps, ConfigMap("two")));
        await PostAsync(ConfigMaps, Owned("child", one, two));
        await PostAsync(ConfigMaps, Owned("grandchild", await GetAsync($"{ConfigMaps}/child")));
        await DeleteAsync($"{ConfigMaps}/one");
        var child = (await GetAsync($"{ConfigMaps}/child")).Expect(HttpStatusCode.OK);
        Assert.Equal(two.Uid, Assert.Single(child.Body.Array("metadata", "ownerReferences")!).String("uid"));
        await DeleteAsync($"{ConfigMaps}/two");
        (await GetAsync($"{ConfigMaps}/child")).Expect(HttpStatusCode.NotFound);
        (await GetAsync($"{ConfigMaps}/grandchild")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_object_whose_owner_never_was_is_collected()
    {
        var owner = await PostAsync(ConfigMaps, ConfigMap("owner"));
        await DeleteAsync($"{ConfigMaps}/owner");
        await PostAsync(ConfigMaps, Owned("late", owner));
        (await GetAsync($"{ConfigMaps}/late")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_owner_of_an_unknown_kind_is_left_alone()
    {
        await PostAsync(ConfigMaps, ConfigMap("a").Replace("\"name\":\"a\"", """ "name":"a","ownerReferences":[{"apiVersion":"x.dev/v1","kind":"X","name":"x","uid":"1"}] """, StringComparison.Ordinal));
        (await GetAsync($"{ConfigMaps}/a")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Orphans_stay()
    {
        var owner = await PostAsync(ConfigMaps, ConfigMap("owner"));
        await PostAsync(ConfigMaps, Owned("child", owner));
        await DeleteAsync($"{ConfigMaps}/owner", """{"propagationPolicy":"Orphan"}""");
        (await GetAsync($"{ConfigMaps}/owner")).Expect(HttpStatusCode.NotFound);
        Assert.Null((await GetAsync($"{ConfigMaps}/child")).Expect(HttpStatusCode.OK).Body.Array("metadata", "ownerReferences"));
    }

    [Fact]
    public async Task Foreground_deletion_waits_for_blocking_dependents()
    {
        var owner = await PostAsync(ConfigMaps, ConfigMap("owner"));
        await PostAsync(ConfigMaps, Owned("child", owner).Replace("\"labels\":{}", "\"finalizers\":[\"test.dev/hold\"]", StringComparison.Ordinal));
        var deleting = await DeleteAsync($"{ConfigMaps}/owner", """{"propagationPolicy":"Foreground"}""");
        Assert.Equal(["foregroundDeletion"], deleting.Body.Array("metadata", "finalizers").Strings());
        (await GetAsync($"{ConfigMaps}/owner")).Expect(HttpStatusCode.OK);
        await MergeAsync($"{ConfigMaps}/child", """{"metadata":{"finalizers":null}}""");
        (await GetAsync($"{ConfigMaps}/child")).Expect(HttpStatusCode.NotFound);
        (await GetAsync($"{ConfigMaps}/owner")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_finalizer_holds_until_it_is_removed()
    {
        await PostAsync(ConfigMaps, ConfigMap("a").Replace("\"name\":\"a\"", """ "name":"a","finalizers":["test.dev/hold"] """, StringComparison.Ordinal));
        var deleting = (await DeleteAsync($"{ConfigMaps}/a")).Expect(HttpStatusCode.OK);
        Assert.Equal("2026-06-01T12:00:00Z", deleting.Body.String("metadata", "deletionTimestamp"));
        (await GetAsync($"{ConfigMaps}/a")).Expect(HttpStatusCode.OK);
        await MergeAsync($"{ConfigMaps}/a", """{"metadata":{"finalizers":[]}}""");
        (await GetAsync($"{ConfigMaps}/a")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_pod_on_a_node_stays_until_its_kubelet_lets_go()
    {
        await PostAsync(Pods, """{"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i:1"}]}}""");
        var deleting = (await DeleteAsync($"{Pods}/p")).Expect(HttpStatusCode.OK);
        Assert.Equal((30L, "2026-06-01T12:00:30Z"), (deleting.Body.Long("metadata", "deletionGracePeriodSeconds"), deleting.Body.String("metadata", "deletionTimestamp")));
        await MergeAsync($"{Pods}/p/status", """{"status":{"phase":"Succeeded"}}""");
        (await GetAsync($"{Pods}/p")).Expect(HttpStatusCode.OK);
        await DeleteAsync($"{Pods}/p", """{"gracePeriodSeconds":0}""");
        (await GetAsync($"{Pods}/p")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_pod_without_a_node_goes_at_once()
    {
        var created = await PostAsync(Pods, """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal(("Pending", "Always", "Always"), (created.Body.String("status", "phase"), created.Body.String("spec", "restartPolicy"), created.Body.Array("spec", "containers")![0].String("imagePullPolicy")));
        (await DeleteAsync($"{Pods}/p")).Expect(HttpStatusCode.OK);
        (await GetAsync($"{Pods}/p")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_namespace_takes_its_content_along()
    {
        await PostAsync("/api/v1/namespaces", """{"metadata":{"name":"team"}}""");
        await PostAsync("/api/v1/namespaces/team/configmaps", ConfigMap("a"));
        await PostAsync("/api/v1/namespaces/team/configmaps", ConfigMap("b").Replace("\"name\":\"b\"", """ "name":"b","finalizers":["test.dev/hold"] """, StringComparison.Ordinal));
        await DeleteAsync("/api/v1/namespaces/team");
        (await GetAsync("/api/v1/namespaces/team/configmaps/a")).Expect(HttpStatusCode.NotFound);
        Assert.Equal("Terminating", (await GetAsync("/api/v1/namespaces/team")).Body.String("status", "phase"));
        var refused = (await PostAsync("/api/v1/namespaces/team/configmaps", ConfigMap("c"))).Expect(HttpStatusCode.Forbidden);
        Assert.Equal("configmaps \"c\" is forbidden: unable to create new content in namespace team because it is being terminated", refused.Message);
        await MergeAsync("/api/v1/namespaces/team/configmaps/b", """{"metadata":{"finalizers":null}}""");
        (await GetAsync("/api/v1/namespaces/team")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_deletion_can_name_the_object_it_means()
    {
        await PostAsync(ConfigMaps, ConfigMap("a"));
        (await DeleteAsync($"{ConfigMaps}/a", """{"preconditions":{"uid":"other"}}""")).Expect(HttpStatusCode.Conflict);
        (await GetAsync($"{ConfigMaps}/a")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_collection_is_deleted_by_label()
    {
        await PostAsync(ConfigMaps, ConfigMap("a").Replace("\"name\":\"a\"", """ "name":"a","labels":{"x":"y"} """, StringComparison.Ordinal));
        await PostAsync(ConfigMaps, ConfigMap("b"));
        await DeleteAsync($"{ConfigMaps}?labelSelector=x%3Dy");
        Assert.Equal("b", Assert.Single((await GetAsync(ConfigMaps)).Body.Array("items")!).String("metadata", "name"));
    }

    private static string Owned(string name, params Answer[] owners)
    {
        var references = owners.Select(owner =>
            $$"""{"apiVersion":"v1","kind":"ConfigMap","name":"{{owner.Body.String("metadata", "name")}}","uid":"{{owner.Uid}}","blockOwnerDeletion":true}""");
        return $$"""{"metadata":{"name":"{{name}}","labels":{},"ownerReferences":[{{string.Join(',', references)}}]} }""";
    }
}
