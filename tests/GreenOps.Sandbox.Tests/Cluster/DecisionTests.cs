using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Sandbox.Cluster.Controllers;
using GreenOps.Sandbox.Cluster.Node;
using k8s.Models;
using Xunit;

namespace GreenOps.Sandbox.Tests.Cluster;

public sealed class DecisionTests
{
    [Property(MaxTest = 1000)]
    public void A_rolling_update_keeps_its_bounds_and_arrives(byte desired, byte surge, byte unavailable, byte start)
    {
        var bounds = new RollingBounds(desired % 8, surge % 4, surge % 4 == 0 && unavailable % 4 == 0 ? 1 : unavailable % 4);
        var (current, old) = (0, new[] { start % 4, (start / 4) % 8 });
        var total = old.Sum();
        for (var step = 0; step < 60; step++)
        {
            // Every pod of the step before serves by now.
            var (next, left) = RollingUpdate.Step(bounds, new SetSize(current, current), [.. old.Select(size => new SetSize(size, size))]);
            Assert.True(next + left.Sum() <= Math.Max(total, bounds.Desired + bounds.MaxSurge));
            // What stays of the serving pods is enough, or all there was.
            Assert.True(Math.Min(next, current) + left.Sum() >= Math.Min(total, bounds.Desired - bounds.MaxUnavailable));
            (current, old) = (next, [.. left]);
            total = current + old.Sum();
        }
        Assert.Equal((bounds.Desired, 0), (current, old.Sum()));
    }

    [Fact]
    public void A_rolling_update_waits_for_new_pods_that_do_not_serve_yet()
    {
        var (current, old) = RollingUpdate.Step(new RollingBounds(2, 1, 0), new SetSize(1, 0), [new SetSize(2, 2)]);
        Assert.Equal((1, 2), (current, old.Single()));
    }

    [Theory]
    [InlineData("25%", "25%", 10, 3, 2)]
    [InlineData("0", "0", 10, 0, 1)]
    [InlineData("1", "50%", 3, 1, 1)]
    public void Bounds_favour_availability(string surge, string unavailable, int replicas, int maxSurge, int maxUnavailable)
    {
        var spec = new V1DeploymentSpec
        {
            Replicas = replicas,
            Strategy = new V1DeploymentStrategy { RollingUpdate = new V1RollingUpdateDeployment { MaxSurge = surge, MaxUnavailable = unavailable } },
        };
        Assert.Equal(new RollingBounds(replicas, maxSurge, maxUnavailable), RollingBounds.Of(spec));
    }

    [Property]
    public void Index_ranges_come_back_as_they_were(byte[] indexes)
    {
        var set = new SortedSet<int>(indexes.Select(index => (int)index));
        Assert.Equal(set, IndexRanges.Parse(IndexRanges.Format(set)));
    }

    [Fact]
    public void Index_ranges_are_written_as_Kubernetes_does() => Assert.Equal("0,2-4,7", IndexRanges.Format([0, 2, 3, 4, 7]));

    [Theory]
    [InlineData("greenops-trainer", "greenops-trainer")]
    [InlineData("ghcr.io/greenops/greenops-trainer:1.2", "greenops-trainer")]
    [InlineData("localhost:5000/a/greenops-trainer", "greenops-trainer")]
    [InlineData("r/greenops-trainer:1@sha256:00ff", "greenops-trainer")]
    public void Images_are_found_by_the_last_word_of_their_repository(string image, string name) => Assert.Equal(name, ImageCatalogue.NameOf(image));

    [Theory]
    [InlineData("$(A)", "1")]
    [InlineData("x$(A)y$(A)", "x1y1")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$(B) $( $", "$(B) $( $")]
    [InlineData("$A $", "$A $")]
    public void Variables_expand_as_in_Kubernetes(string text, string expected) =>
        Assert.Equal(expected, ContainerEnvironment.Expand(text, new Dictionary<string, string> { ["A"] = "1" }));

    [Property]
    public void Text_without_a_dollar_sign_stays(NonNull<string> text)
    {
        var plain = text.Get.Replace("$", "", StringComparison.Ordinal);
        Assert.Equal(plain, ContainerEnvironment.Expand(plain, new Dictionary<string, string>()));
    }

    [Fact]
    public void The_same_template_in_another_order_has_the_same_hash()
    {
        var left = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } } };
        var right = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } } };
        Assert.Equal(DeploymentController.Hash(left), DeploymentController.Hash(right));
        right.Metadata.Labels["a"] = "3";
        Assert.NotEqual(DeploymentController.Hash(left), DeploymentController.Hash(right));
    }

    [Property]
    public void The_tail_of_a_log_is_its_last_lines(NonNegativeInt lines, NonNull<string> text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text.Get);
        using var stream = new MemoryStream(bytes);
        var offset = PodLogs.TailOffset(stream, lines.Get);
        var all = SplitLines(bytes);
        Assert.Equal(all.TakeLast(lines.Get).Sum(line => line), bytes.Length - offset);
    }

    /// <summary>The lengths of the lines, each with its line feed.</summary>
    private static List<long> SplitLines(byte[] bytes)
    {
        var lengths = new List<long>();
        var start = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n')
            {
                lengths.Add(i + 1 - start);
                start = i + 1;
            }
        }
        if (start < bytes.Length)
            lengths.Add(bytes.Length - start);
        return lengths;
    }
}
