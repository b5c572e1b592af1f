namespace GreenOps.Artifacts.Tests.Store;

public sealed class StoreSweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string ModelFolder => Path.Join(_folder.Path, "shop", "fashion");

    [Fact]
    public void What_is_kept_stays_with_its_checkpoint_and_the_rest_goes()
    {
        var store = new FileStore(_folder.Path);
        foreach (var revision in (string[])["r1", "r2", "r3"])
        {
            store.Write(Specs.Stage(revision), new Dictionary<string, byte[]> { [ArtifactFiles.Model] = [1] });
            store.CheckpointFolder(Specs.Stage(revision));
        }

        Directory.CreateDirectory(Path.Join(ModelFolder, ".writing-train-r2-0123"));
        Directory.CreateDirectory(Path.Join(ModelFolder, ".checkpoint-train-r4"));

        var removed = StoreSweep.Run(ModelFolder, new HashSet<string> { "train-r2", "train-r4" }, new HashSet<string>(), newest: 0);

        Assert.Equal([".checkpoint-train-r1", ".checkpoint-train-r3", ".writing-train-r2-0123", "train-r1", "train-r3"], removed);
        Assert.Equal(
            [".checkpoint-train-r2", ".checkpoint-train-r4", "train-r2"],
            Directory.EnumerateDirectories(ModelFolder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.NotNull(store.Find(Specs.Stage("r2")));
        Assert.Empty(StoreSweep.Run(ModelFolder, new HashSet<string> { "train-r2", "train-r4" }, new HashSet<string>(), newest: 0));
    }

    [Fact]
    public void Of_what_nobody_speaks_the_newest_of_each_stage_stay()
    {
        var store = new FileStore(_folder.Path);
        var written = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var stage in (StageSpec[])[Specs.Stage("r1"), Specs.Stage("r2"), Specs.Stage("r3"), Specs.Stage("r4"), Specs.Stage("r5") with { Stage = "in-8" }])
        {
            store.Write(stage, new Dictionary<string, byte[]> { [ArtifactFiles.Model] = [1] });
            written = written.AddDays(1);
            File.SetLastWriteTimeUtc(Path.Join(ModelFolder, $"{stage.Stage}-{stage.Revision}", ArtifactFiles.Manifest), written);
        }

        Directory.CreateDirectory(Path.Join(ModelFolder, "train-none"));

        var removed = StoreSweep.Run(ModelFolder, new HashSet<string> { "train-r4" }, new HashSet<string> { "train-r3" }, newest: 2);

        Assert.Equal(["train-none", "train-r1", "train-r3"], removed);
        Assert.NotNull(store.Find(Specs.Stage("r2")));
        Assert.NotNull(store.Find(Specs.Stage("r5") with { Stage = "in-8" }));
    }

    [Fact]
    public void Another_model_is_not_touched()
    {
        new FileStore(_folder.Path).Write(Specs.Stage() with { Model = "other" }, new Dictionary<string, byte[]> { [ArtifactFiles.Model] = [1] });

        Assert.Empty(StoreSweep.Run(ModelFolder, new HashSet<string> { "train-r1" }, new HashSet<string>(), newest: 0));
        Assert.True(Directory.Exists(Path.Join(_folder.Path, "shop", "other", "train-r1")));
    }
}
