using System.IO.Compression;
using System.Text;

namespace GreenOps.Artifacts.Tests.Datasets;

public sealed class CsvTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_numbers_and_names_classes_in_their_order()
    {
        var data = Load("a,kind,b\n1,cat,2\n3,ant,4\n5,\"cat\",6\n7,bee,-8e-1\n", "kind");

        Assert.Equal([2], data.Shape);
        Assert.Equal(["ant", "bee", "cat"], data.ClassNames);
        Assert.Equal((LearningTask.Classification, 3, false), (data.Task, data.Outputs, data.VariesInLength));
        Assert.Equal([(1, 2), (3, 0), (5, 2), (7, 1)], All(data).Select(example => ((int)example.Features[0], example.Class)));
        Assert.Contains(All(data), example => example.Features[1] == -0.8f);
    }

    [Fact]
    public void Orders_classes_that_are_numbers_by_value_and_takes_the_last_column()
    {
        var data = Load("a,kind\n1,10\n2,9\n3,10\n");

        Assert.Equal(["9", "10"], data.ClassNames);
    }

    [Fact]
    public void Rows_whose_last_cells_are_empty_are_sequences_that_end_there()
    {
        var data = Load("kind,t1,t2,t3\nx,1,2,3\ny,4,,\nx,5,6,\n", "kind");

        Assert.True(data.VariesInLength);
        Assert.Equal([3], data.Shape);
        Assert.Equal([[1, 2, 3], [4], [5, 6]], All(data).Select(example => example.Features));
    }

    [Fact]
    public void Values_are_learned_where_the_task_says_so_or_the_targets_are_no_whole_numbers()
    {
        Assert.Equal(LearningTask.Regression, Load("a,y\n1,2\n2,3\n", task: LearningTask.Regression).Task);
        var data = Load("a,y\n1,2.5\n2,3\n", task: null);
        Assert.Equal((LearningTask.Regression, 1), (data.Task, data.Outputs));
        Assert.Equal(LearningTask.Classification, Load("a,y\n1,2\n2,3\n", task: null).Task);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a\n1\n", "one column")]
    [InlineData("a,b\n", "no examples")]
    [InlineData("a,b\n1,2\n", "at least two")]
    [InlineData("a,b\n1,2\nx,2\n", "line 3 has 'x' in column 'a'")]
    [InlineData("a,b\n1,2\nNaN,2\n", "no finite number")]
    [InlineData("a,b,c\n1,,2\n,3,4\n", "line 3 has nothing in column 'a'")]
    [InlineData("a,b\n1,2\n3\n", "line 3 has 1 cells")]
    [InlineData("a,b\n1,\n3,4\n", "no target in column 'b'")]
    [InlineData("a,b\n,1\n3,4\n", "line 2 has no features")]
    [InlineData("a,b\n\"1,2\n3,4\n", "")]
    public void Says_what_is_wrong_and_where(string text, string fault)
    {
        var error = Assert.Throws<DatasetException>(() => Load(text));

        Assert.Equal(StageReasons.DatasetInvalid, error.Reason);
        Assert.Contains(fault, error.Message);
    }

    [Fact]
    public void Says_what_columns_there_are_and_that_texts_are_no_values()
    {
        Assert.Contains("a, b", Assert.Throws<DatasetException>(() => Load("a,b\n1,2\n2,3\n", "c")).Message);
        Assert.Contains("'x'", Assert.Throws<DatasetException>(() => Load("a,b\n1,x\n2,y\n", task: LearningTask.Regression)).Message);
    }

    [Fact]
    public void Reads_gzip_and_checks_the_checksum()
    {
        using var content = new MemoryStream();
        using (var gzip = new GZipStream(content, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes("a,b\n1,0\n2,1\n3,0\n"));
        }

        var path = _folder.File("table.csv.gz", content.ToArray());
        var spec = Specs.Dataset(_folder.Path, Sha256Text.OfFile(path)) with { Format = DatasetFormat.Csv };

        Assert.Equal(2, DatasetLoader.Load(spec).Training.Count);
        Assert.Equal(StageReasons.ChecksumMismatch, Assert.Throws<DatasetException>(() => DatasetLoader.Load(spec with { Sha256 = new string('0', 64) })).Reason);
        _folder.File("other.csv", "a,b\n1,2\n2,3\n"u8);
        Assert.Contains("name one of them", Assert.Throws<DatasetException>(() => DatasetLoader.Load(spec)).Message);
    }

    [Fact]
    public void A_folder_with_training_and_test_keeps_its_split_and_knows_the_classes_of_both()
    {
        _folder.File("other.csv", "z\n1\n"u8);
        _folder.File("train.csv", "a,kind\n1,cat\n2,bee\n"u8);
        var test = _folder.File("test.csv", "a,kind\n3,ant\n"u8);

        var data = DatasetLoader.Load(Specs.Dataset(_folder.Path) with { Format = DatasetFormat.Csv });

        Assert.Equal([1, 2], data.Training.Numbers);
        Assert.Equal([3], data.HeldOut.Numbers);
        Assert.Equal(["ant", "bee", "cat"], data.ClassNames);
        Assert.Equal([2, 1, 0], data.Training.Classes.Concat(data.HeldOut.Classes));
        // A file that is named stands alone.
        Assert.Contains("at least two", Assert.Throws<DatasetException>(() => DatasetLoader.Load(Specs.Dataset(test) with { Format = DatasetFormat.Csv })).Message);
    }

    [Theory]
    [InlineData("a,b\n3,1\n", "its columns are a, b, and those of the examples to learn from a, kind")]
    [InlineData("a,kind\n", "it holds no examples")]
    [InlineData("a,kind\n3,ant\nx,ant\n", "line 3 has 'x'")]
    public void A_fault_of_the_test_file_is_told_by_its_name(string text, string fault)
    {
        _folder.File("train.csv", "a,kind\n1,cat\n2,bee\n"u8);
        var test = _folder.File("test.csv", Encoding.UTF8.GetBytes(text));

        var error = Assert.Throws<DatasetException>(() => DatasetLoader.Load(Specs.Dataset(_folder.Path) with { Format = DatasetFormat.Csv }));

        Assert.StartsWith(test, error.Message);
        Assert.Contains(fault, error.Message);
    }

    private static List<(float[] Features, int Class)> All(Dataset data) =>
        [.. new[] { data.Training, data.HeldOut }.SelectMany(set => Enumerable.Range(0, set.Count).Select(i =>
        {
            var features = new float[set.LengthOf(i)];
            set.CopyTo(i, features);
            return (features, set.Classes[i]);
        })).OrderBy(example => example.features[0])];

    private Dataset Load(string text, string? target = null, LearningTask? task = LearningTask.Classification)
    {
        _folder.File("table.csv", Encoding.UTF8.GetBytes(text));
        return DatasetLoader.Load(Specs.Dataset(_folder.Path) with { Format = DatasetFormat.Csv, TargetColumn = target }, task);
    }
}
