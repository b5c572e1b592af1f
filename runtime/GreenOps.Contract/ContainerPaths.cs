namespace GreenOps.Contract;

/// <summary>
/// Paths inside a container, and how they are found where there is none: a process started by the sandbox gets
/// <see cref="EnvironmentNames.Root"/>, a folder that lies over the host's file system as a container's would.
/// </summary>
public static class ContainerPaths
{
    /// <summary>Folder of the ConfigMap that holds the stage spec or the routing table.</summary>
    public const string Configuration = "/etc/greenops";

    /// <summary>The <see cref="Contract.StageSpec"/>.</summary>
    public const string StageSpec = Configuration + "/stage.json";

    /// <summary>The <see cref="Contract.RoutingTable"/>.</summary>
    public const string RoutingTable = Configuration + "/routing.json";

    /// <summary>Where the store claim is mounted.</summary>
    public const string Store = "/artifacts";

    /// <summary>Where the claim of a <c>pvc://claim/path</c> URI is mounted: a folder per claim.</summary>
    public const string Claims = "/claims";

    /// <summary>Where a container leaves its <see cref="StageReport"/>.</summary>
    public const string TerminationLog = "/dev/termination-log";

    /// <summary>Writable scratch space of a container with a read-only root.</summary>
    public const string Scratch = "/tmp";

    /// <summary>Scratch space that the containers of a stage pod share.</summary>
    public const string Workspace = "/workspace";

    /// <summary>Where <c>greenops-trainer stamp</c> notes when a training container of the user's own began.</summary>
    public const string Started = Workspace + "/started";

    /// <summary>Where a training container of the user's own leaves <see cref="ArtifactFiles.Model"/>.</summary>
    public const string Output = Workspace + "/output";

    /// <summary>Folder of an artifact below the store's root.</summary>
    /// <param name="namespaceName">Namespace of the GreenModel.</param>
    /// <param name="model">Name of the GreenModel.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="revision">Revision of the stage.</param>
    public static string Artifact(string namespaceName, string model, string stage, string revision) =>
        $"{namespaceName}/{model}/{ArtifactFolder(stage, revision)}";

    /// <summary>Name of an artifact's folder below its model's folder.</summary>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="revision">Revision of the stage.</param>
    public static string ArtifactFolder(string stage, string revision) => $"{stage}-{revision}";

    /// <summary>What the name of every folder with a stage's checkpoint begins with.</summary>
    public const string CheckpointPrefix = ".checkpoint-";

    /// <summary>Name of the folder with a stage's checkpoint, below its model's folder.</summary>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="revision">Revision of the stage.</param>
    public static string CheckpointFolder(string stage, string revision) => CheckpointPrefix + ArtifactFolder(stage, revision);

    /// <summary>
    /// The path to open for a container path: below <paramref name="root"/> when it exists there, as it is otherwise.
    /// </summary>
    /// <param name="containerPath">An absolute path as the container knows it.</param>
    /// <param name="root">The value of <see cref="EnvironmentNames.Root"/>; null or empty inside a container.</param>
    public static string Resolve(string containerPath, string? root)
    {
        if (string.IsNullOrEmpty(root))
        {
            return containerPath;
        }

        var overlaid = Path.Join(root, containerPath);
        return Path.Exists(overlaid) ? overlaid : containerPath;
    }

    /// <summary><see cref="Resolve(string, string?)"/> with the root of this process.</summary>
    /// <param name="containerPath">An absolute path as the container knows it.</param>
    public static string Resolve(string containerPath) =>
        Resolve(containerPath, Environment.GetEnvironmentVariable(EnvironmentNames.Root));
}
