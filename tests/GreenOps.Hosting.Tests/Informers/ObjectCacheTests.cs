using FsCheck.Xunit;
using GreenOps.Hosting.Tests.Stub;
using k8s.Models;
using Xunit;

namespace GreenOps.Hosting.Tests.Informers;

public sealed class ObjectCacheTests
{
    [Property(MaxTest = 500)]
    public void It_shows_what_a_plain_dictionary_would(int[] script)
    {
        var cache = new ObjectCache<Widget>();
        var model = new Dictionary<ObjectKey, Widget>();
        var version = 0;
        foreach (var step in script.Select(step => step & int.MaxValue))
        {
            // Who owns what is sorted out when somebody first asks, and kept up to date from then on.
            if (step / 1024 % 8 == 0)
                cache.OwnedBy("owner0");
            var widget = Make($"n{step / 4 % 2}", $"w{step / 8 % 5}", $"{step / 64 % 2}", $"{++version}", $"owner{step / 128 % 3}");
            var key = ObjectKey.Of(widget);
            switch (step % 4)
            {
                case 0 or 1:
                    var set = cache.Set(widget);
                    Assert.Same(model.GetValueOrDefault(key), set!.Previous);
                    Assert.Null(cache.Set(widget));
                    model[key] = widget;
                    break;
                case 2:
                    Assert.Equal(model.Remove(key, out var removed), cache.Remove(key) is { } change && change.Gone == removed);
                    break;
                default:
                    var stays = model.Keys.OrderBy(each => each.ToString(), StringComparer.Ordinal).FirstOrDefault(each => each != key);
                    var changes = cache.Replace([widget], [stays]);
                    Assert.Equal(
                        model.Keys.Where(each => each != key && each != stays).ToHashSet(),
                        changes.Where(change => change.Current is null).Select(change => change.Key).ToHashSet());
                    model = model.Where(pair => pair.Key == stays).ToDictionary();
                    model[key] = widget;
                    break;
            }
        }

        var expected = model.OrderBy(pair => pair.Key.Namespace, StringComparer.Ordinal).ThenBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(pair => pair.Value).ToList();
        Assert.Equal(expected, cache.List());
        Assert.Equal(expected.Where(widget => widget.Metadata.NamespaceProperty == "n1"), cache.List("n1"));
        foreach (var owner in Enumerable.Range(0, 3).Select(i => $"owner{i}"))
            Assert.Equal(expected.Where(widget => widget.Metadata.OwnerReferences[0].Uid == owner), cache.OwnedBy(owner));
        foreach (var (key, widget) in model)
            Assert.Same(widget, cache.Get(key.Namespace, key.Name));
    }

    [Fact]
    public void Cluster_scoped_objects_have_no_namespace_however_it_is_written()
    {
        var cache = new ObjectCache<Widget>();
        cache.Set(Make(null, "w", "u", "1", "o"));
        Assert.NotNull(cache.Get(null, "w"));
        Assert.NotNull(cache.Get("", "w"));
        Assert.Null(cache.Get("ns", "w"));
    }

    [Fact]
    public void A_stand_in_takes_an_objects_place_unless_its_state_has_changed_meanwhile()
    {
        var cache = new ObjectCache<Widget>();
        var (whole, smaller, newer) = (Make("n", "w", "u", "1", "o"), Make("n", "w", "u", "1", "o"), Make("n", "w", "u", "2", "o"));
        cache.Set(whole);
        Assert.Same(whole, Assert.Single(cache.OwnedBy("o")));

        cache.Shrink(whole, smaller);
        Assert.Same(smaller, cache.Get("n", "w"));
        Assert.Same(smaller, Assert.Single(cache.OwnedBy("o")));

        Assert.Same(smaller, cache.Set(newer)!.Previous);
        cache.Shrink(smaller, whole);
        Assert.Same(newer, cache.Get("n", "w"));
    }

    private static Widget Make(string? ns, string name, string uid, string version, string owner) => new()
    {
        Metadata = new V1ObjectMeta
        {
            NamespaceProperty = ns,
            Name = name,
            Uid = uid,
            ResourceVersion = version,
            OwnerReferences = [new V1OwnerReference { Uid = owner, Kind = "Owner", Name = owner, ApiVersion = "v1" }],
        },
    };
}
