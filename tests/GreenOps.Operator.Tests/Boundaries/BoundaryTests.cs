using ArchUnitNET.Loader;
using GreenOps.Operator.Commands;
using k8s;
using Xunit;

namespace GreenOps.Operator.Tests.Boundaries;

/// <summary>Who in the operator may talk to the outside, read from its compiled types.</summary>
public sealed class BoundaryTests
{
    private static readonly ArchUnitNET.Domain.Architecture Operator =
        new ArchLoader().LoadAssemblies(typeof(RunCommand).Assembly).Build();

    [Fact]
    public void Only_reconciling_and_the_composition_call_the_Kubernetes_API() =>
        Assert.Empty(UsersOf(typeof(IKubernetes).FullName!, ".Reconciling", ".Commands"));

    [Fact]
    public void Only_carbon_providers_load_and_the_composition_call_over_HTTP() =>
        Assert.Empty(UsersOf(typeof(HttpClient).FullName!, ".Carbon", ".Load", ".Commands"));

    [Fact]
    public void Plans_and_desired_objects_do_not_know_who_carries_them_out() =>
        Assert.Empty(Operator.Types
            .Where(type => type.Namespace.FullName.StartsWith("GreenOps.Operator.Planning", StringComparison.Ordinal)
                || type.Namespace.FullName.StartsWith("GreenOps.Operator.Desired", StringComparison.Ordinal))
            .Where(type => type.Dependencies.Any(dependency => dependency.Target.FullName.StartsWith("GreenOps.Operator.Reconciling", StringComparison.Ordinal)))
            .Select(type => type.FullName));

    [Fact]
    public void The_check_sees_the_users_that_there_are() => Assert.NotEmpty(UsersOf(typeof(IKubernetes).FullName!));

    private static IEnumerable<string> UsersOf(string target, params string[] allowed) => Operator.Types
        .Where(type => type.Dependencies.Any(dependency => dependency.Target.FullName == target))
        .Where(type => !allowed.Any(place => type.Namespace.FullName.StartsWith($"GreenOps.Operator{place}", StringComparison.Ordinal)))
        .Select(type => type.FullName);
}
