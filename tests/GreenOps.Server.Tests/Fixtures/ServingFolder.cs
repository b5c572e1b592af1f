using System.Security.Cryptography;
using GreenOps.Contract;
using GreenOps.Onnx;

namespace GreenOps.Server.Tests.Fixtures;

/// <summary>What a pod sees: a store with artifacts, and a ConfigMap mounted the way the kubelet does it.</summary>
internal sealed class ServingFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("greenops-server-");
    private int _generation;

    public ServingFolder()
    {
        Directory.CreateDirectory(Models);
        Directory.CreateDirectory(Configuration);
    }

    public string Models => Path.Join(_root.FullName, "artifacts", "default", "fashion");

    public string Routing => Path.Join(Configuration, "routing.json");

    private string Configuration => Path.Join(_root.FullName, "etc", "greenops");

    /// <summary>Stores a model as a stage does: files, then the manifest.</summary>
    public void Store(string path, OnnxModel model) => Store(path, model.ToByteArray());

    public void Store(string path, byte[] model) => Store(path, new Dictionary<string, byte[]> { [ArtifactFiles.Model] = model });

    /// <summary>Stores a model with the report that says what was measured.</summary>
    public void Store(string path, OnnxModel model, VariantProfile profile) => Store(path, new Dictionary<string, byte[]>
    {
        [ArtifactFiles.Model] = model.ToByteArray(),
        [ArtifactFiles.Report] = ContractJson.Write(new StageReport
        {
            SchemaVersion = StageReport.CurrentSchemaVersion,
            Stage = path.Split('-')[0],
            Revision = path.Split('-')[^1],
            Outcome = StageOutcome.Succeeded,
            Reason = StageReasons.Completed,
            Message = "Done.",
            StartedAt = DateTimeOffset.UnixEpoch,
            FinishedAt = DateTimeOffset.UnixEpoch,
            Energy = new EnergyUse(0, EnergySources.Model, 0, 0),
            Profile = profile,
        }),
    });

    private void Store(string path, Dictionary<string, byte[]> files)
    {
        var folder = Path.Join(Models, path);
        var partial = folder + ".partial";
        Directory.CreateDirectory(partial);
        foreach (var (name, content) in files)
        {
            File.WriteAllBytes(Path.Join(partial, name), content);
        }

        File.WriteAllBytes(Path.Join(partial, ArtifactFiles.Manifest), ContractJson.Write(new ArtifactManifest
        {
            SchemaVersion = ArtifactManifest.CurrentSchemaVersion,
            Stage = path.Split('-')[0],
            Revision = path.Split('-')[^1],
            Files = [.. files.Select(file => new ArtifactFile(file.Key, file.Value.Length, Convert.ToHexStringLower(SHA256.HashData(file.Value))))],
        }));
        Directory.Move(partial, folder);
    }

    /// <summary>Changes one byte of a stored model and leaves its manifest.</summary>
    public void Damage(string path)
    {
        var file = Path.Join(Models, path, ArtifactFiles.Model);
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    public void Remove(string path) => Directory.Delete(Path.Join(Models, path), recursive: true);

    public void Route(string version, params RoutedVariant[] variants) => Mount(Document(version, variants));

    public static byte[] Document(string version, params RoutedVariant[] variants) => Document(version, null, variants);

    public static byte[] Document(string version, int? gramsPerKWh, params RoutedVariant[] variants) => ContractJson.Write(new RoutingTable
    {
        GramsPerKWh = gramsPerKWh,
        SchemaVersion = RoutingTable.CurrentSchemaVersion,
        Model = "fashion",
        Version = version,
        Variants = variants,
    });

    /// <summary>
    /// Puts a new routing file in place as the kubelet does: a new folder beside the old one, and one rename of the
    /// link <c>..data</c> that the file's own link goes through.
    /// </summary>
    public void Mount(byte[] routing)
    {
        var generation = $"..generation_{++_generation}";
        Directory.CreateDirectory(Path.Join(Configuration, generation));
        File.WriteAllBytes(Path.Join(Configuration, generation, "routing.json"), routing);
        var link = Path.Join(Configuration, "..data_tmp");
        File.CreateSymbolicLink(link, generation);
        Posix.Rename(link, Path.Join(Configuration, "..data"));
        if (!File.Exists(Routing))
        {
            File.CreateSymbolicLink(Routing, Path.Join("..data", "routing.json"));
        }

        var previous = Path.Join(Configuration, $"..generation_{_generation - 1}");
        if (Directory.Exists(previous))
        {
            Directory.Delete(previous, recursive: true);
        }
    }

    /// <summary>Writes the routing file as it is, over what is there.</summary>
    public void WriteRouting(byte[] routing) => File.WriteAllBytes(Routing, routing);

    public void Dispose() => _root.Delete(recursive: true);
}
