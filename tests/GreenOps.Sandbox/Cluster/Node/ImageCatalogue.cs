namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>What a container image is in the sandbox: a program on this machine.</summary>
/// <param name="Entrypoint">The program and its first arguments; a container's <c>command</c> replaces it, as in Kubernetes.</param>
public sealed record ImageProgram(IReadOnlyList<string> Entrypoint)
{
    /// <summary>How far the process steps back from the processor: 0 not at all, 19 most (nice(1)).</summary>
    public int Niceness { get; init; }

    /// <summary>Files and folders that the image carries: path in the container to path on this machine.</summary>
    public IReadOnlyDictionary<string, string> Content { get; init; } = new Dictionary<string, string>();
}

/// <summary>Finds the program for an image by the last word of its repository, whatever the registry, tag or digest.</summary>
public sealed class ImageCatalogue(IReadOnlyDictionary<string, ImageProgram> programs)
{
    /// <summary>The names of the images that can run, ordered.</summary>
    public IReadOnlyList<string> Names { get; } = [.. programs.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The program of an image, or null when the sandbox has none.</summary>
    public ImageProgram? Find(string image) => programs.GetValueOrDefault(NameOf(image));

    /// <summary>The last word of an image's repository: <c>b</c> of <c>registry:5000/a/b:tag@sha256:...</c>.</summary>
    public static string NameOf(string image)
    {
        var withoutDigest = image.Split('@')[0];
        return withoutDigest.Split('/')[^1].Split(':')[0];
    }
}
