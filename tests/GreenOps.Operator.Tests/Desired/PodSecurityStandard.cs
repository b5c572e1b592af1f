using k8s.Models;

namespace GreenOps.Operator.Tests.Desired;

/// <summary>The rules of the <c>restricted</c> Pod Security Standard, as Kubernetes documents them, baseline included.</summary>
internal static class PodSecurityStandard
{
    private static readonly HashSet<string> SafeSysctls = new(StringComparer.Ordinal)
    {
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
    };

    public static IEnumerable<V1Container> Containers(V1PodSpec pod) => (pod.InitContainers ?? []).Concat(pod.Containers);

    public static IReadOnlyList<string> Violations(V1PodTemplateSpec template)
    {
        var pod = template.Spec;
        return [.. OfPod(pod), .. Containers(pod).SelectMany(container => OfContainer(pod, container))];
    }

    private static IEnumerable<string> OfPod(V1PodSpec pod)
    {
        var security = pod.SecurityContext;
        (bool Broken, string Rule)[] rules =
        [
            (pod.HostNetwork == true || pod.HostPID == true || pod.HostIPC == true, "host namespaces"),
            (pod.Volumes?.Any(IsRestricted) == true, "volume types"),
            (security?.RunAsUser == 0, "runAsUser 0"),
            (security?.RunAsNonRoot == false, "runAsNonRoot false"),
            (security?.SeccompProfile?.Type is not (null or "RuntimeDefault" or "Localhost"), "seccomp profile"),
            (security?.AppArmorProfile?.Type is not (null or "RuntimeDefault" or "Localhost"), "AppArmor profile"),
            (security?.SeLinuxOptions?.User is not null || security?.SeLinuxOptions?.Role is not null, "SELinux user or role"),
            (security?.Sysctls?.Any(sysctl => !SafeSysctls.Contains(sysctl.Name)) == true, "sysctls"),
            (security?.WindowsOptions?.HostProcess == true, "host process"),
        ];
        return rules.Where(rule => rule.Broken).Select(rule => rule.Rule);
    }

    private static IEnumerable<string> OfContainer(V1PodSpec pod, V1Container container)
    {
        var security = container.SecurityContext;
        (bool Broken, string Rule)[] rules =
        [
            (security?.Privileged == true, "privileged"),
            (security?.AllowPrivilegeEscalation != false, "allowPrivilegeEscalation must be false"),
            (security?.Capabilities?.Drop?.Contains("ALL") != true, "capabilities must drop ALL"),
            (security?.Capabilities?.Add?.Any(capability => capability != "NET_BIND_SERVICE") == true, "added capabilities"),
            ((security?.RunAsNonRoot ?? pod.SecurityContext?.RunAsNonRoot) != true, "runAsNonRoot must be true"),
            (security?.RunAsUser == 0, "runAsUser 0"),
            ((security?.SeccompProfile?.Type ?? pod.SecurityContext?.SeccompProfile?.Type) is not ("RuntimeDefault" or "Localhost"), "seccomp profile must be set"),
            (security?.ProcMount is not (null or "Default"), "procMount"),
            (security?.SeLinuxOptions?.User is not null || security?.SeLinuxOptions?.Role is not null, "SELinux user or role"),
            (container.Ports?.Any(port => port.HostPort is > 0) == true, "host ports"),
        ];
        return rules.Where(rule => rule.Broken).Select(rule => $"container {container.Name}: {rule.Rule}");
    }

    private static bool IsRestricted(V1Volume volume) => volume is not
        ({ ConfigMap: not null } or { Csi: not null } or { DownwardAPI: not null } or { EmptyDir: not null }
            or { Ephemeral: not null } or { PersistentVolumeClaim: not null } or { Projected: not null } or { Secret: not null });
}
