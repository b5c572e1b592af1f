using GreenOps.Operator.Reconciling;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Reconciling;

/// <summary>Whose an object with a child's name is.</summary>
public sealed class BelongingTests
{
    private static readonly V1OwnerReference Model = Owner("GreenModel", "fashion", "uid-of-fashion", "greenops.dev/v1alpha1");

    private static Dictionary<string, string> OurLabels => new() { ["app.kubernetes.io/managed-by"] = "greenops", ["greenops.dev/model"] = "fashion" };

    [Fact]
    public void What_the_model_owns_is_ours_whatever_its_labels() => Assert.Equal(Belonging.Ours, Of(null, Model));

    [Fact]
    public void What_lost_its_owner_is_ours_by_its_labels() => Assert.Equal(Belonging.Ours, Of(OurLabels));

    [Fact]
    public void What_lost_both_is_ours_if_we_applied_it()
    {
        var service = new V1Service { Metadata = new V1ObjectMeta { ManagedFields = [new V1ManagedFieldsEntry { Manager = "greenops", Operation = "Apply" }] } };

        Assert.Equal(Belonging.Ours, Belongings.Of(Samples.Model(), service));
    }

    [Fact]
    public void What_has_neither_is_somebody_else_s() => Assert.Equal(Belonging.SomebodyElses, Of(new() { ["app"] = "shop" }));

    [Fact]
    public void What_another_model_s_labels_say_is_somebody_else_s() =>
        Assert.Equal(Belonging.SomebodyElses, Of(new(OurLabels) { ["greenops.dev/model"] = "other" }));

    [Fact]
    public void What_another_controls_is_somebody_else_s_whatever_its_labels() =>
        Assert.Equal(Belonging.SomebodyElses, Of(OurLabels, Owner("Deployment", "fashion", "other", "apps/v1")));

    [Fact]
    public void What_a_deleted_model_of_that_name_left_is_waited_for() =>
        Assert.Equal(Belonging.Predecessors, Of(OurLabels, Owner("GreenModel", "fashion", "uid-of-the-one-before", "greenops.dev/v1alpha1")));

    private static Belonging Of(Dictionary<string, string>? labels, params V1OwnerReference[] owners) =>
        Belongings.Of(Samples.Model(), new V1Service { Metadata = new V1ObjectMeta { Labels = labels, OwnerReferences = owners } });

    private static V1OwnerReference Owner(string kind, string name, string uid, string version) =>
        new() { ApiVersion = version, Kind = kind, Name = name, Uid = uid, Controller = true };
}
