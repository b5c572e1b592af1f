using GreenOps.Api.Models;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Reconciling;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Reconciling;

public sealed class SettledChildrenTests
{
    private static readonly GreenModel Model = Samples.Model();

    private readonly SettledChildren settled = new();
    private readonly V1Deployment live = ServerDeployment.Build(Model, 1, Samples.Options);

    [Fact]
    public void The_same_desire_of_the_same_object_is_known()
    {
        settled.Add(live, SettledChildren.Mark(Desired(1)));

        Assert.True(settled.Contains(live, SettledChildren.Mark(Desired(1))));
    }

    [Fact]
    public void Another_desire_is_not() => Assert.False(Known(ServerDeployment.Build(Model, 1, Samples.Options), Desired(2)));

    [Fact]
    public void A_newer_state_of_the_object_is_not() => Assert.False(settled.Contains(ServerDeployment.Build(Model, 1, Samples.Options), SettledChildren.Mark(Desired(1))));

    private bool Known(V1Deployment found, V1Deployment desired)
    {
        settled.Add(found, SettledChildren.Mark(Desired(1)));
        return settled.Contains(found, SettledChildren.Mark(desired));
    }

    private static V1Deployment Desired(int replicas) => ServerDeployment.Build(Model, replicas, Samples.Options);
}
