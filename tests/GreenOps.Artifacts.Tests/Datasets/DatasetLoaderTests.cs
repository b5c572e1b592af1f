namespace GreenOps.Artifacts.Tests.Datasets;

public sealed class DatasetLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Splits_a_folder_with_one_pair_by_the_holdout_split()
    {
        Pair("t10k-", 10);

        var data = DatasetLoader.Load(Specs.Dataset(_folder.Path));

        var split = HoldoutSplit.Create(10, 20, seed: 3);
        Assert.Equal(split.HeldOut, data.HeldOut.Pixels.Chunk(data.Size).Select(image => (int)image[0]));
        Assert.Equal(split.Training, data.Training.Pixels.Chunk(data.Size).Select(image => (int)image[0]));
        Assert.Equal(split.HeldOut.Select(index => index % 4), data.HeldOut.Classes);
        Assert.Equal([2, 3], data.Shape);
        Assert.Equal(4, data.Classes);
    }

    [Fact]
    public void Keeps_the_split_of_a_folder_with_two_pairs()
    {
        Pair("train-", 7);
        Pair("t10k-", 5);

        var data = DatasetLoader.Load(Specs.Dataset(_folder.Path));

        Assert.Equal((7, 5), (data.Training.Count, data.HeldOut.Count));
    }

    [Fact]
    public void Reads_the_sample_data_of_the_repository()
    {
        var data = DatasetLoader.Load(Specs.Dataset(SampleData.FashionMnist));

        Assert.Equal([28, 28], data.Shape);
        Assert.Equal(10, data.Classes);
        Assert.Equal((8_000, 2_000), (data.Training.Count, data.HeldOut.Count));
    }

    [Fact]
    public void Checks_the_checksum_of_the_images()
    {
        Pair("", 10);
        var sha256 = Sha256Text.OfFile(Path.Join(_folder.Path, "images-idx3-ubyte"));

        Assert.Equal(8, DatasetLoader.Load(Specs.Dataset(_folder.Path, sha256)).Training.Count);
        var error = Assert.Throws<DatasetException>(() => DatasetLoader.Load(Specs.Dataset(_folder.Path, new string('0', 64))));
        Assert.Equal(StageReasons.ChecksumMismatch, error.Reason);
        Assert.Contains(sha256, error.Message);
    }

    [Fact]
    public void Says_what_is_missing_and_where()
    {
        var absent = Path.Join(_folder.Path, "absent");
        Assert.Equal(
            (StageReasons.DatasetMissing, true),
            Fault(absent) is var folder ? (folder.Reason, folder.Message.Contains(absent)) : default);
        Assert.Equal(StageReasons.DatasetMissing, Fault(_folder.Path).Reason);

        _folder.File("images-idx3-ubyte", Idx.Images(3));
        Assert.Contains("labels-idx1-ubyte", Fault(_folder.Path).Message);
    }

    [Fact]
    public void Refuses_as_many_images_as_labels_are_not()
    {
        _folder.File("images-idx3-ubyte", Idx.Images(3));
        _folder.File("labels-idx1-ubyte", Idx.Labels(4));

        Assert.Equal(StageReasons.DatasetInvalid, Fault(_folder.Path).Reason);
    }

    private static DatasetException Fault(string folder) => Assert.Throws<DatasetException>(() => DatasetLoader.Load(Specs.Dataset(folder)));

    private void Pair(string prefix, int count)
    {
        _folder.File($"{prefix}images-idx3-ubyte", Idx.Images(count));
        _folder.File($"{prefix}labels-idx1-ubyte", Idx.Labels(count));
    }
}
