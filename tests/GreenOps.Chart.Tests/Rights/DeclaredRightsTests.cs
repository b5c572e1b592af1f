using GreenOps.Api.Zones;
using GreenOps.CrdGen.Rbac;
using GreenOps.Hosting;
using k8s.Models;

namespace GreenOps.Chart.Tests.Rights;

public sealed class DeclaredRightsTests
{
    [Fact]
    public void Declarations_for_the_same_objects_become_one_right()
    {
        var right = Assert.Single(DeclaredRights.Of(typeof(Reads), typeof(Writes)));

        Assert.Equal(new Right(RbacScope.Watched, "batch", "jobs", RbacVerb.Get | RbacVerb.Create | RbacVerb.Patch), right);
    }

    [Fact]
    public void A_right_in_another_scope_is_another_right() =>
        Assert.Equal([RbacScope.Watched, RbacScope.Own], DeclaredRights.Of(typeof(Reads), typeof(ReadsAtHome)).Select(right => right.Scope));

    [Theory]
    [InlineData(typeof(AsksForNothing), "AsksForNothing has an attribute that grants nothing")]
    [InlineData(typeof(AsksForEverything), "AsksForEverything asks for 'batch/*'")]
    [InlineData(typeof(AsksForNoKind), "AsksForNoKind asks for String, which is no kind")]
    [InlineData(typeof(AsksForZonesOfANamespace), "AsksForZonesOfANamespace asks for carbonzones with Scope Watched")]
    public void What_cannot_be_granted_is_refused_by_the_name_of_the_class(Type declares, string sentence)
    {
        var error = Assert.Throws<RbacException>(() => DeclaredRights.Of(declares));

        Assert.StartsWith(sentence, error.Message, StringComparison.Ordinal);
    }

    [EntityRbac(typeof(V1Job), Verbs = RbacVerb.Get)]
    private sealed class Reads;

    [EntityRbac(typeof(V1Job), Verbs = RbacVerb.Create)]
    [EntityRbac(typeof(V1Job), Verbs = RbacVerb.Patch)]
    private sealed class Writes;

    [EntityRbac(typeof(V1Job), Scope = RbacScope.Own, Verbs = RbacVerb.Get)]
    private sealed class ReadsAtHome;

    [EntityRbac(typeof(V1Job))]
    private sealed class AsksForNothing;

    [GenericRbac(Groups = ["batch"], Resources = ["*"], Verbs = RbacVerb.Get)]
    private sealed class AsksForEverything;

    [EntityRbac(typeof(string), Verbs = RbacVerb.Get)]
    private sealed class AsksForNoKind;

    [EntityRbac(typeof(CarbonZone), Verbs = RbacVerb.Get)]
    private sealed class AsksForZonesOfANamespace;
}
