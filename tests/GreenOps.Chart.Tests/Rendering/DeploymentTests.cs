using System.Reflection;
using System.Text.Json.Nodes;
using GreenOps.Operator.Configuration;

namespace GreenOps.Chart.Tests.Rendering;

public sealed class DeploymentTests
{
    private const string OptionPrefix = "GREENOPS__";

    public static TheoryData<string> ValuesFiles => ["defaults.yaml", "single.yaml", "namespaced.yaml", "everything.yaml"];

    [Theory]
    [MemberData(nameof(ValuesFiles))]
    public async Task The_pods_keep_to_the_restricted_profile_and_cannot_write(string values)
    {
        var release = await Release.RenderAsync(Release.Values(values));
        var (pod, container) = (release.Pod["spec"]!, release.Container["securityContext"]!);

        Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!);
        Assert.Equal(65532, (long)pod["securityContext"]!["runAsUser"]!);
        Assert.Equal("RuntimeDefault", (string?)pod["securityContext"]!["seccompProfile"]!["type"]);
        Assert.False((bool)container["allowPrivilegeEscalation"]!);
        Assert.True((bool)container["readOnlyRootFilesystem"]!);
        Assert.Equal("""["ALL"]""", container["capabilities"]!["drop"]!.ToJsonString());
        Assert.All((string[])["hostNetwork", "hostPID", "hostIPC", "volumes"], field => Assert.Null(pod[field]));
        Assert.Null(release.Container["ports"]![0]!["hostPort"]);
    }

    [Theory]
    [MemberData(nameof(ValuesFiles))]
    public async Task Every_selector_finds_the_operators_pods(string values)
    {
        var release = await Release.RenderAsync(Release.Values(values));
        var labels = release.Pod["metadata"]!["labels"]!.AsObject();
        IEnumerable<JsonNode> selectors =
        [
            release.One("Deployment")["spec"]!["selector"]!["matchLabels"]!,
            release.Pod["spec"]!["topologySpreadConstraints"]![0]!["labelSelector"]!["matchLabels"]!,
            .. release.All("PodDisruptionBudget").Select(budget => budget["spec"]!["selector"]!["matchLabels"]!),
            .. release.All("NetworkPolicy").Select(policy => policy["spec"]!["podSelector"]!["matchLabels"]!),
        ];

        Assert.All(selectors, selector => Assert.All(
            selector.AsObject(), label => Assert.Equal((string?)label.Value, (string?)labels[label.Key])));
        Assert.Equal("operator", (string?)labels["app.kubernetes.io/component"]);
    }

    [Theory]
    [MemberData(nameof(ValuesFiles))]
    public async Task Every_binding_is_to_the_account_that_the_pods_run_as(string values)
    {
        var release = await Release.RenderAsync(Release.Values(values));
        var account = (string?)release.Pod["spec"]!["serviceAccountName"];
        var bindings = release.All("ClusterRoleBinding").Concat(release.All("RoleBinding")).ToList();

        Assert.NotEmpty(bindings);
        Assert.All(bindings, binding =>
        {
            var subject = Assert.Single(binding["subjects"]!.AsArray())!;
            Assert.Equal(("ServiceAccount", account, Release.Namespace), ((string?)subject["kind"], (string?)subject["name"], (string?)subject["namespace"]));
            Assert.Contains(
                release.All((string)binding["roleRef"]!["kind"]!),
                role => (string?)role["metadata"]!["name"] == (string?)binding["roleRef"]!["name"]
                    && (string?)role["metadata"]!["namespace"] == (string?)binding["metadata"]!["namespace"]);
        });
        Assert.All(release.All("ServiceAccount"), made => Assert.Equal(account, (string?)made["metadata"]!["name"]));
    }

    [Fact]
    public async Task Two_operators_elect_one_of_them()
    {
        var release = await Release.RenderAsync();

        Assert.Equal(2, (long)release.One("Deployment")["spec"]!["replicas"]!);
        Assert.Equal("true", release.Variable("GREENOPS__LeaderElection__Enabled"));
        Assert.Equal(1, (long)release.One("PodDisruptionBudget")["spec"]!["maxUnavailable"]!);
        var lease = release.All("Role").SelectMany(role => role["rules"]!.AsArray())
            .Where(rule => rule!["resources"]!.AsArray().Any(resource => (string?)resource == "leases"))
            .Select(rule => rule!["resourceNames"]).OfType<JsonArray>();
        Assert.Equal(release.Variable("GREENOPS__LeaderElection__LeaseName"), (string?)Assert.Single(Assert.Single(lease)));
    }

    [Fact]
    public async Task One_operator_needs_no_election_and_gets_neither_its_rights_nor_a_budget()
    {
        var release = await Release.RenderAsync(Release.Values("single.yaml"));

        Assert.Equal("Recreate", (string?)release.One("Deployment")["spec"]!["strategy"]!["type"]);
        Assert.Empty(release.All("PodDisruptionBudget"));
        Assert.Empty(release.All("Role"));
        Assert.DoesNotContain("leases", string.Concat(release.Objects.Select(item => item.ToJsonString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_are_those_that_the_operator_would_take_by_itself()
    {
        var release = await Release.RenderAsync();
        var options = new OperatorOptions();

        Assert.Equal(options.TrainerImage, release.Variable("GREENOPS__TrainerImage"));
        Assert.Equal(options.ServerImage, release.Variable("GREENOPS__ServerImage"));
        Assert.Equal(options.TrainerImage.Replace("trainer", "operator", StringComparison.Ordinal), (string?)release.Container["image"]);
    }

    [Fact]
    public async Task A_digest_takes_the_place_of_a_tag()
    {
        var digest = "sha256:" + new string('a', 64);

        var release = await Release.RenderAsync("--set", $"trainer.image.digest={digest}", "--set-string", "trainer.image.tag=1", "--set-string", "server.image.tag=2");

        Assert.Equal($"ghcr.io/greenops/greenops-trainer@{digest}", release.Variable("GREENOPS__TrainerImage"));
        Assert.Equal("ghcr.io/greenops/greenops-server:2", release.Variable("GREENOPS__ServerImage"));
    }

    [Fact]
    public async Task Labels_of_the_user_stand_beside_those_of_the_chart()
    {
        var labels = (await Release.RenderAsync(Release.Values("everything.yaml"))).Pod["metadata"]!["labels"]!;

        Assert.Equal(("platform", "operator"), ((string?)labels["team"], (string?)labels["app.kubernetes.io/component"]));
    }

    [Theory]
    [MemberData(nameof(ValuesFiles))]
    public async Task Every_setting_is_one_that_the_operator_has(string values)
    {
        var release = await Release.RenderAsync(Release.Values(values));
        var settings = release.Container["env"]!.AsArray().Select(variable => (string)variable!["name"]!).Where(name => name.StartsWith(OptionPrefix, StringComparison.Ordinal));

        Assert.All(settings, name => Assert.True(IsOption(name[OptionPrefix.Length..].Split("__")), $"{name} names no member of {nameof(OperatorOptions)}."));
    }

    [Fact]
    public async Task Names_of_the_longest_release_are_still_names()
    {
        Tool.Helm.Require();
        var release = await Tool.Helm.RunAsync("template", new string('r', 53), Repository.Chart, "--set", "watchNamespace=models");

        Assert.True(release.Code == 0, release.Errors);
        Assert.All(
            release.Output.Split('\n').Where(line => line.StartsWith("  name: ", StringComparison.Ordinal)),
            line => Assert.InRange(line["  name: ".Length..].Length, 1, 63));
    }

    private static bool IsOption(ReadOnlySpan<string> path)
    {
        var type = typeof(OperatorOptions);
        foreach (var step in path)
        {
            if (type.GetProperty(step, BindingFlags.Public | BindingFlags.Instance) is not { } property)
                return false;
            type = property.PropertyType;
        }

        return true;
    }
}
