namespace GreenOps.Artifacts.Tests.Store;

public sealed class ArtifactFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _artifact;

    public ArtifactFolderTests()
    {
        var store = new FileStore(_folder.Path);
        store.Write(Specs.Stage(), new Dictionary<string, byte[]> { [ArtifactFiles.Model] = [1, 2, 3] });
        _artifact = store.Folder("shop", "fashion", "train", "r1");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Opens_what_holds() => Assert.StartsWith("sha256:", ArtifactFolder.Open(_artifact).Digest);

    [Fact]
    public void Refuses_a_file_that_was_changed_cut_or_removed()
    {
        var model = Path.Join(_artifact, ArtifactFiles.Model);
        File.WriteAllBytes(model, [1, 2, 4]);
        Assert.Contains("SHA-256", Fault());
        File.WriteAllBytes(model, [1, 2]);
        Assert.Contains("2 bytes long", Fault());
        File.Delete(model);
        Assert.Contains("cannot be read", Fault());
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("sub/../../escape")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("nul\0byte")]
    public void Refuses_a_manifest_that_names_a_path_outside(string path)
    {
        File.WriteAllBytes(Path.Join(_artifact, "..", "escape"), []);
        WriteManifest(new ArtifactFile(path, 0, Sha256Text.Of([])));

        Assert.Contains("outside", Fault());
    }

    [Fact]
    public void Refuses_a_manifest_that_is_missing_damaged_or_of_another_version()
    {
        var manifest = Path.Join(_artifact, ArtifactFiles.Manifest);
        File.WriteAllText(manifest, "{");
        Assert.Contains("cannot be read", Fault());
        File.WriteAllText(manifest, """{"schemaVersion":"greenops.dev/artifact/v9","stage":"train","revision":"r1","files":[]}""");
        Assert.Contains("greenops.dev/artifact/v9", Fault());
        File.Delete(manifest);
        Assert.Contains("cannot be read", Fault());
    }

    [Fact]
    public void Gives_no_path_of_a_file_that_the_manifest_does_not_name()
    {
        File.WriteAllBytes(Path.Join(_artifact, "stray"), [1]);

        Assert.Throws<ArtifactException>(() => ArtifactFolder.Open(_artifact).File("stray"));
    }

    private string Fault() => Assert.Throws<ArtifactException>(() => ArtifactFolder.Open(_artifact)).Message;

    private void WriteManifest(params ArtifactFile[] files) => File.WriteAllBytes(
        Path.Join(_artifact, ArtifactFiles.Manifest),
        ContractJson.Write(new ArtifactManifest { SchemaVersion = ArtifactManifest.CurrentSchemaVersion, Stage = "train", Revision = "r1", Files = files }));
}
