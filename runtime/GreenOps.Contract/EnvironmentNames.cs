namespace GreenOps.Contract;

/// <summary>Environment variables that the operator (or the sandbox's kubelet) gives to a container.</summary>
public static class EnvironmentNames
{
    /// <summary>Folder that stands for the container's root file system; set by the sandbox only.</summary>
    public const string Root = "GREENOPS_ROOT";

    /// <summary>Address to listen on; every address when unset. The sandbox gives each pod a loopback address of its own.</summary>
    public const string BindAddress = "GREENOPS_BIND_ADDRESS";

    /// <summary>Processor share of the container in thousandths of a core (limit, else request); unset means the machine's cores.</summary>
    public const string CpuMillicores = "GREENOPS_CPU_MILLICORES";

    /// <summary>Name of the pod.</summary>
    public const string PodName = "POD_NAME";

    /// <summary>Namespace of the pod.</summary>
    public const string PodNamespace = "POD_NAMESPACE";
}
