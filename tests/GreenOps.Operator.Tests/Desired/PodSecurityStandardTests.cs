using GreenOps.Operator.Desired;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Desired;

/// <summary>The check itself finds what breaks a rule.</summary>
public sealed class PodSecurityStandardTests
{
    public static TheoryData<string, Action<V1PodSpec>> Breaches => new()
    {
        { "host namespaces", pod => pod.HostNetwork = true },
        { "volume types", pod => pod.Volumes.Add(new V1Volume { Name = "root", HostPath = new V1HostPathVolumeSource { Path = "/" } }) },
        { "seccomp profile must be set", pod => pod.SecurityContext.SeccompProfile = null },
        { "runAsNonRoot must be true", pod => pod.SecurityContext.RunAsNonRoot = null },
        { "privileged", pod => pod.Containers[0].SecurityContext.Privileged = true },
        { "allowPrivilegeEscalation", pod => pod.Containers[0].SecurityContext.AllowPrivilegeEscalation = null },
        { "capabilities must drop ALL", pod => pod.Containers[0].SecurityContext.Capabilities = null },
        { "added capabilities", pod => pod.Containers[0].SecurityContext.Capabilities.Add = ["SYS_ADMIN"] },
        { "container init: capabilities must drop ALL", pod => pod.InitContainers = [new V1Container { Name = "init" }] },
    };

    [Theory]
    [MemberData(nameof(Breaches), DisableDiscoveryEnumeration = true)]
    public void A_breach_is_found(string rule, Action<V1PodSpec> breach)
    {
        var template = ServerDeployment.Build(Samples.Model(), 1, Samples.Options).Spec.Template;
        breach(template.Spec);

        Assert.Contains(PodSecurityStandard.Violations(template), violation => violation.Contains(rule, StringComparison.Ordinal));
    }
}
