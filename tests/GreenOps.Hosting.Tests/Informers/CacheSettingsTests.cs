using GreenOps.Hosting.Tests.Stub;
using k8s.Models;
using Xunit;

namespace GreenOps.Hosting.Tests.Informers;

public sealed class CacheSettingsTests
{
    private readonly ObjectCache<Widget> cache = new("team");

    [Fact]
    public void Objects_are_found_by_the_label_within_their_namespace()
    {
        cache.Set(Make("n1", "b", "1", "red"));
        cache.Set(Make("n1", "a", "1", "red"));
        cache.Set(Make("n1", "c", "1", "blue"));
        cache.Set(Make("n2", "d", "1", "red"));

        Assert.Equal(["a", "b"], cache.Labelled("n1", "red").Select(widget => widget.Metadata.Name));
        Assert.Empty(cache.Labelled("n1", "green"));
    }

    [Fact]
    public void A_label_that_changes_or_goes_takes_the_object_along()
    {
        cache.Set(Make("n1", "a", "1", "red"));
        cache.Set(Make("n1", "a", "2", "blue"));
        Assert.Empty(cache.Labelled("n1", "red"));
        Assert.Single(cache.Labelled("n1", "blue"));

        cache.Set(Make("n1", "a", "3", null));
        Assert.Empty(cache.Labelled("n1", "blue"));

        cache.Set(Make("n1", "a", "4", "red"));
        cache.Remove(new ObjectKey("n1", "a"));
        Assert.Empty(cache.Labelled("n1", "red"));
    }

    [Fact]
    public void A_relist_forgets_what_is_gone()
    {
        cache.Set(Make("n1", "a", "1", "red"));
        cache.Replace([Make("n1", "b", "2", "red")], []);

        Assert.Equal(["b"], cache.Labelled("n1", "red").Select(widget => widget.Metadata.Name));
    }

    [Fact]
    public void Without_a_label_to_index_nothing_is_found()
    {
        var plain = new ObjectCache<Widget>();
        plain.Set(Make("n1", "a", "1", "red"));

        Assert.Empty(plain.Labelled("n1", "red"));
    }

    [Fact]
    public void Trimming_happens_to_the_object_that_is_kept()
    {
        var settings = new CacheSettings<Widget>(widget => widget.Metadata.ManagedFields = null, null);
        var widget = Make("n1", "a", "1", "red");
        widget.Metadata.ManagedFields = [new()];

        Assert.Same(widget, settings.Kept(widget));
        Assert.Null(widget.Metadata.ManagedFields);
    }

    private static Widget Make(string ns, string name, string version, string? team) => new()
    {
        Metadata = new V1ObjectMeta
        {
            NamespaceProperty = ns,
            Name = name,
            Uid = $"uid-of-{name}",
            ResourceVersion = version,
            Labels = team is null ? null : new Dictionary<string, string> { ["team"] = team },
        },
    };
}
