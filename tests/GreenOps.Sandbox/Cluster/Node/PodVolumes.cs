using System.Text;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>A volume cannot be made ready yet; the message is the one for the pod's FailedMount event.</summary>
internal sealed class MountException(string message) : Exception(message);

/// <summary>Folders for the volumes of one pod, and the roots in which its containers find them.</summary>
/// <param name="podFolder">The pod's folder.</param>
/// <param name="claimFolder">The folder of a claim of the pod's namespace.</param>
internal sealed class PodVolumes(string podFolder, Func<string, string> claimFolder)
{
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Makes every volume ready, or brings those up to date whose contents come from the API; running it again is harmless.</summary>
    /// <exception cref="MountException">A volume is not ready or not known.</exception>
    public void Sync(PodFacts facts, IConfigurationObjects objects)
    {
        foreach (var volume in facts.Pod.Spec.Volumes ?? [])
        {
            if (volume.PersistentVolumeClaim is { ClaimName: var claim } && !objects.IsBound(claim))
                throw new MountException($"persistentvolumeclaim \"{claim}\" is not bound");
            if (Files(volume, facts, objects) is { } files)
                AtomicFolder.Write(OwnFolder(volume.Name), files, Mode(volume));
            else
                Directory.CreateDirectory(SourceOf(volume));
        }
    }

    /// <summary>The root of a container: its mounts as links, an empty termination log, the image's content.</summary>
    public string PrepareRoot(V1Pod pod, V1Container container, ImageProgram image)
    {
        var root = RootOf(container.Name);
        Directory.CreateDirectory(Path.Join(root, "tmp"));
        foreach (var (path, source) in image.Content)
            Link(Path.Join(root, path), source);
        var volumes = (pod.Spec.Volumes ?? []).ToDictionary(volume => volume.Name, StringComparer.Ordinal);
        foreach (var mount in (container.VolumeMounts ?? []).OrderBy(mount => mount.MountPath.Length))
        {
            if (!volumes.TryGetValue(mount.Name, out var volume))
                throw new MountException($"volumeMounts names volume \"{mount.Name}\", which spec.volumes does not have");
            var source = Path.Join(SourceOf(volume), mount.SubPath ?? "");
            if (!Path.Exists(source))
                Directory.CreateDirectory(source);
            Link(Path.Join(root, mount.MountPath.TrimEnd('/')), source);
        }
        var log = TerminationLog(container);
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        File.WriteAllBytes(log, []);
        return root;
    }

    /// <summary>The file that a container leaves its last words in.</summary>
    public string TerminationLog(V1Container container) =>
        Path.Join(RootOf(container.Name), container.TerminationMessagePath is { Length: > 0 } path ? path : "/dev/termination-log");

    private string RootOf(string container) => Path.Join(podFolder, container, "root");

    private string OwnFolder(string volume) => Path.Join(podFolder, ".volumes", volume);

    private string SourceOf(V1Volume volume) => volume switch
    {
        { PersistentVolumeClaim: { } claim } => claimFolder(claim.ClaimName),
        { HostPath: { } host } => host.Path,
        _ => OwnFolder(volume.Name),
    };

    private static Dictionary<string, byte[]>? Files(V1Volume volume, PodFacts facts, IConfigurationObjects objects) => volume switch
    {
        { ConfigMap: { } map } => Select("configmap", map.Name, map.Items, map.Optional, objects.ConfigMap(map.Name)),
        { Secret: { } secret } => Select("secret", secret.SecretName, secret.Items, secret.Optional, objects.Secret(secret.SecretName)),
        { DownwardAPI: { } downward } => (downward.Items ?? []).ToDictionary(item => item.Path, item => Encoding.UTF8.GetBytes(Downward(item, facts))),
        { EmptyDir: not null } or { HostPath: not null } or { PersistentVolumeClaim: not null } => null,
        _ => throw new MountException(
            $"volume \"{volume.Name}\" is of a kind that the sandbox does not have: use configMap, secret, emptyDir, persistentVolumeClaim, hostPath or downwardAPI"),
    };

    private static Dictionary<string, byte[]> Select(
        string kind, string name, IList<V1KeyToPath>? items, bool? optional, IReadOnlyDictionary<string, byte[]>? data)
    {
        if (data is null)
            return optional == true ? [] : throw new MountException($"{kind} \"{name}\" not found");
        if (items is not { Count: > 0 })
            return data.ToDictionary(StringComparer.Ordinal);
        return items.ToDictionary(
            item => item.Path,
            item => data.TryGetValue(item.Key, out var value) ? value : throw new MountException($"{kind} \"{name}\" has no key \"{item.Key}\""),
            StringComparer.Ordinal);
    }

    private static string Downward(V1DownwardAPIVolumeFile item, PodFacts facts)
    {
        if (item.FieldRef is { } field)
            return ContainerEnvironment.Field(field.FieldPath, facts);
        var container = facts.Pod.Spec.Containers.FirstOrDefault(container => container.Name == item.ResourceFieldRef?.ContainerName)
            ?? throw new MountException($"downwardAPI item \"{item.Path}\" names neither a field nor a resource of a container");
        return ContainerEnvironment.Resource(item.ResourceFieldRef, container, facts);
    }

    private static UnixFileMode Mode(V1Volume volume) =>
        (volume.ConfigMap?.DefaultMode ?? volume.Secret?.DefaultMode ?? volume.DownwardAPI?.DefaultMode) is { } mode ? (UnixFileMode)mode : ReadableByAll;

    private static void Link(string path, string source)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (new FileInfo(path).LinkTarget is null)
        {
            // A folder that is there already (the root's own /tmp) makes way for the mount.
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            File.CreateSymbolicLink(path, source);
        }
    }
}
