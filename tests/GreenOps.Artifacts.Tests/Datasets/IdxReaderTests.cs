using System.IO.Compression;
using FsCheck.Xunit;

namespace GreenOps.Artifacts.Tests.Datasets;

public sealed class IdxReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 30)]
    public bool Reads_what_was_written_plain_and_gzipped(byte[] data)
    {
        byte[] content = [.. data, 1];
        var file = Idx.File([content.Length], content);
        var plain = IdxReader.Read(_folder.File("labels", file), dimensions: 1);
        var zipped = IdxReader.Read(_folder.File("labels.gz", Gzip(file)), dimensions: 1);
        return plain.Data.SequenceEqual(content) && zipped.Data.SequenceEqual(content) && plain.Dimensions is [var length] && length == content.Length;
    }

    [Fact]
    public void Reads_the_dimensions_of_images()
    {
        var (dimensions, data) = IdxReader.Read(_folder.File("images", Idx.Images(5, 2, 3)), dimensions: 3);

        Assert.Equal([5, 2, 3], dimensions);
        Assert.Equal(30, data.Length);
    }

    public static TheoryData<string, byte[], string> Hostile => new()
    {
        { "empty", [], "ends too early" },
        { "header only", [0, 0, 8, 1], "ends too early" },
        { "another type", Idx.File([1], [1], type: 0x0D), "00000D01" },
        { "other dimensions", Idx.File([1, 1, 1], [1]), "00000803" },
        { "text", "<html></html>"u8.ToArray(), "first four bytes" },
        { "too little data", Idx.File([10], [1, 2, 3]), "promises 10 bytes" },
        { "too much data", Idx.File([2], [1, 2, 3]), "goes on after" },
        { "a dimension of zero", Idx.File([0], []), "must be positive" },
        { "a negative dimension", Idx.File([-1], []), "must be positive" },
        { "more than memory holds", Idx.File([int.MaxValue], [1]), "2 GiB" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Refuses_a_hostile_file_with_a_sentence(string name, byte[] content, string expected)
    {
        Assert.NotEmpty(name);
        var error = Assert.Throws<DatasetException>(() => IdxReader.Read(_folder.File("labels", content), dimensions: 1));

        Assert.Equal(StageReasons.DatasetInvalid, error.Reason);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Refuses_dimensions_whose_product_overflows()
    {
        var file = Idx.File([int.MaxValue, int.MaxValue, int.MaxValue], [1]);

        Assert.Contains("2 GiB", Assert.Throws<DatasetException>(() => IdxReader.Read(_folder.File("images", file), dimensions: 3)).Message);
    }

    [Fact]
    public void Does_not_allocate_what_a_header_only_promises()
    {
        var path = _folder.File("labels", Idx.File([1_900_000_000], [1, 2, 3]));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<DatasetException>(() => IdxReader.Read(path, dimensions: 1));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void Refuses_gzip_that_is_cut_or_none()
    {
        var whole = Gzip(Idx.Labels(1000));

        Assert.Throws<DatasetException>(() => IdxReader.Read(_folder.File("cut.gz", whole.AsSpan(0, whole.Length / 2)), dimensions: 1));
        Assert.Throws<DatasetException>(() => IdxReader.Read(_folder.File("none.gz", Idx.Labels(10)), dimensions: 1));
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }
}
