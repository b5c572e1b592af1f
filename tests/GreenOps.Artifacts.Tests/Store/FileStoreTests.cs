using Microsoft.Extensions.Time.Testing;

namespace GreenOps.Artifacts.Tests.Store;

public sealed class FileStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string ModelFolder => Path.Join(_folder.Path, "shop", "fashion");

    [Fact]
    public void Finds_what_was_written()
    {
        var store = new FileStore(_folder.Path);

        var reference = store.Write(Specs.Stage(), Files(1, 2, 3));

        var artifact = store.Find(Specs.Stage());
        Assert.NotNull(artifact);
        Assert.Equal("shop/fashion/train-r1", reference.Path);
        Assert.Equal(artifact.Digest, reference.Digest);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(artifact.File(ArtifactFiles.Model)));
        Assert.Equal(ContractJson.Write(Specs.Stage()), File.ReadAllBytes(artifact.File(ArtifactFiles.Spec)));
        Assert.Equal([ArtifactFiles.Model, ArtifactFiles.Spec], artifact.Manifest.Files.Select(file => file.Path));
    }

    [Fact]
    public void Keeps_the_first_of_two_artifacts_of_one_revision()
    {
        var store = new FileStore(_folder.Path);
        var first = store.Write(Specs.Stage(), Files(1));

        Assert.Equal(first, store.Write(Specs.Stage(), Files(2)));
        Assert.Equal([1], File.ReadAllBytes(store.Find(Specs.Stage())!.File(ArtifactFiles.Model)));
    }

    [Fact]
    public void Replaces_an_artifact_that_does_not_hold_against_its_manifest()
    {
        var store = new FileStore(_folder.Path);
        store.Write(Specs.Stage(), Files(1));
        File.WriteAllBytes(Path.Join(ModelFolder, "train-r1", ArtifactFiles.Model), [9]);
        Assert.Null(store.Find(Specs.Stage()));

        store.Write(Specs.Stage(), Files(2));

        Assert.Equal([2], File.ReadAllBytes(store.Find(Specs.Stage())!.File(ArtifactFiles.Model)));
    }

    [Fact]
    public async Task Many_writers_of_one_revision_end_with_one_valid_artifact()
    {
        var writers = Enumerable.Range(0, 16).Select(i => Task.Run(
            () => new FileStore(_folder.Path).Write(Specs.Stage(), Files((byte)i)), TestContext.Current.CancellationToken));

        var references = await Task.WhenAll(writers);

        Assert.Single(references.Distinct());
        Assert.NotNull(new FileStore(_folder.Path).Find(Specs.Stage()));
        Assert.Equal(["train-r1"], Directory.EnumerateFileSystemEntries(ModelFolder).Select(Path.GetFileName));
    }

    [Fact]
    public void Leaves_nothing_behind_when_a_file_cannot_be_written()
    {
        var store = new FileStore(_folder.Path);

        Assert.ThrowsAny<IOException>(() => store.Write(Specs.Stage(), new Dictionary<string, byte[]> { ["absent/model.onnx"] = [1] }));

        Assert.Empty(Directory.EnumerateFileSystemEntries(ModelFolder));
    }

    [Fact]
    public void Removes_leftovers_of_dead_writers_and_spares_the_living()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var dead = Directory.CreateDirectory(Path.Join(ModelFolder, ".writing-train-r1-dead")).FullName;
        var living = Directory.CreateDirectory(Path.Join(ModelFolder, ".writing-train-r1-living")).FullName;
        time.Advance(TimeSpan.FromHours(2));
        Directory.SetLastWriteTimeUtc(living, time.GetUtcNow().UtcDateTime);

        new FileStore(_folder.Path, time).Write(Specs.Stage(), Files(1));

        Assert.False(Directory.Exists(dead));
        Assert.True(Directory.Exists(living));
    }

    [Fact]
    public void Checkpoints_lie_beside_the_artifact_and_go_away()
    {
        var store = new FileStore(_folder.Path);
        var checkpoint = store.CheckpointFolder(Specs.Stage());
        Assert.Equal(Path.Join(ModelFolder, ".checkpoint-train-r1"), checkpoint);

        store.RemoveCheckpoint(Specs.Stage());

        Assert.False(Directory.Exists(checkpoint));
    }

    private static Dictionary<string, byte[]> Files(params byte[] model) => new() { [ArtifactFiles.Model] = model };
}
