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

    /// <summary>Folder in which Linux shows the processor's energy counters; <c>/sys/class/powercap</c> when unset. A container may have it mounted elsewhere.</summary>
    public const string PowercapRoot = "GREENOPS_POWERCAP_ROOT";

    /// <summary>Name of the pod.</summary>
    public const string PodName = "POD_NAME";

    /// <summary>Namespace of the pod.</summary>
    public const string PodNamespace = "POD_NAMESPACE";

    /// <summary>Given to a training container of the user's own: path of its <see cref="StageSpec"/>.</summary>
    public const string Stage = "GREENOPS_STAGE";

    /// <summary>Given to a training container of the user's own: the folder where it leaves <see cref="ArtifactFiles.Model"/>.</summary>
    public const string Output = "GREENOPS_OUTPUT";

    /// <summary>Given to a training container of the user's own: a folder on the store, which outlives the pod.</summary>
    public const string Checkpoint = "GREENOPS_CHECKPOINT";

    /// <summary>Given to a training container of the user's own: path of its data set.</summary>
    public const string Dataset = "GREENOPS_DATASET";

    /// <summary>Given to a training container of the user's own: seed of its random choices.</summary>
    public const string Seed = "GREENOPS_SEED";

    /// <summary>Value of the Authorization header that the import of an http(s) model sends, to the address given and to no other that it is redirected to.</summary>
    public const string HttpAuthorization = "GREENOPS_HTTP_AUTHORIZATION";
}
