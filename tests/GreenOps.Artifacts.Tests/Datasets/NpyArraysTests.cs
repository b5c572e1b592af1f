using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using FsCheck.Xunit;

namespace GreenOps.Artifacts.Tests.Datasets;

public sealed class NpyArraysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<f4")]
    [InlineData("<f8")]
    [InlineData("<i2")]
    [InlineData("<i4")]
    [InlineData("<i8")]
    [InlineData("<u4")]
    [InlineData("|i1")]
    public void Reads_numbers_of_every_type(string type)
    {
        Put("x", Npy(type, [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]));
        Put("y", Npy("<i8", [4], [0, 1, 0, 1]));

        var data = Load();

        Assert.Equal([2], data.Shape);
        Assert.Equal(2, data.Classes);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], data.Training.Numbers.Concat(data.HeldOut.Numbers).Order());
    }

    [Fact]
    public void Bytes_are_brightness()
    {
        Put("x", Npy("|u1", [4, 1, 2, 2], [.. Enumerable.Range(0, 16).Select(i => (double)i)]));
        Put("y", Npy("|u1", [4], [0, 1, 2, 1]));

        var data = Load();

        Assert.Equal([1, 2, 2], data.Shape);
        Assert.Equal(3, data.Classes);
        Assert.Equal(16, data.Training.Pixels.Length + data.HeldOut.Pixels.Length);
    }

    [Fact]
    public void An_archive_holds_sequences_that_differ_in_length_and_values()
    {
        Archive(
            "data.npz",
            ("x.npy", Npy("<f4", [4, 3, 2], [.. Enumerable.Range(0, 24).Select(i => (double)i)])),
            ("y.npy", Npy("<f8", [4, 2], [1.5, 2, 3, 4, 5, 6, 7, 8])),
            ("lengths.npy", Npy("<i4", [4], [1, 2, 1, 2])));

        var data = Load(LearningTask.Regression);

        Assert.Equal([2, 2], data.Shape);
        Assert.Equal((true, 2), (data.VariesInLength, data.Outputs));
        Assert.Equal([0, 1, 6, 7, 8, 9, 12, 13, 18, 19, 20, 21], data.Training.Numbers.Concat(data.HeldOut.Numbers).Order());
    }

    [Theory]
    [InlineData("files")]
    [InlineData("archives")]
    [InlineData("one archive")]
    public void Arrays_to_learn_from_and_to_judge_by_keep_their_split(string kind)
    {
        (string Name, byte[] Content)[] Part(string suffix, params double[] values) =>
        [
            ($"x{suffix}.npy", Npy("<f4", [values.Length, 2, 1], [.. values.SelectMany(value => (double[])[value, -value])])),
            ($"y{suffix}.npy", Npy("<i8", [values.Length], values)),
            ($"lengths{suffix}.npy", Npy("<i8", [values.Length], [.. values.Select(value => 1 + (value % 2))])),
        ];
        switch (kind)
        {
            case "files":
                foreach (var (name, content) in Part("_train", 1, 2, 3).Concat(Part("_test", 4, 5)))
                {
                    _folder.File(name, content);
                }

                break;
            case "archives":
                Archive("train.npz", Part("", 1, 2, 3));
                Archive("test.npz", Part("", 4, 5));
                break;
            default:
                Archive("data.npz", [.. Part("_train", 1, 2, 3), .. Part("_test", 4, 5)]);
                break;
        }

        var data = Load();

        Assert.Equal([1, -1, 2, 3, -3], data.Training.Numbers);
        Assert.Equal([4, 5, -5], data.HeldOut.Numbers);
        Assert.Equal([4, 5], data.HeldOut.Classes);
        Assert.Equal(6, data.Classes);
    }

    [Fact]
    public void Refuses_arrays_to_judge_by_that_are_missing_or_unlike()
    {
        Put("x_train", Npy("<f4", [2, 2], [1, 2, 3, 4]));
        Put("y_train", Npy("<i8", [2], [0, 1]));
        Assert.Contains("x is f4 (2, 2) to learn from and not there to judge by", Fault());
        Put("x_test", Npy("<f4", [1, 3], [1, 2, 3]));
        Assert.Contains("f4 (1, 3) to judge by", Fault());
        Put("x_test", Npy("<f4", [1, 2], [1, 2]));
        Assert.Contains("y is i8 (2) to learn from and not there to judge by", Fault());
        Put("y_test", Npy("<i8", [1], [1]));
        Assert.Equal((2, 1), (Load().Training.Count, Load().HeldOut.Count));
        var checksum = Specs.Dataset(_folder.Path, new string('0', 64)) with { Format = DatasetFormat.Npy };
        Assert.Equal(StageReasons.ChecksumMismatch, Assert.Throws<DatasetException>(() => DatasetLoader.Load(checksum)).Reason);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2)}", "Fortran")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 2)}", "'>f4'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2)}", "'|O'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 2)}", "shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000, 2000000000, 2000000000)}", "2 GiB")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (100000, 4000)}", "promises")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2)}", "must hold something")]
    [InlineData("{}", "order, a type and a shape")]
    public void Refuses_a_header_with_a_sentence(string header, string fault)
    {
        Put("x", Npy(header, new byte[16]));
        Put("y", Npy("<i8", [2], [0, 1]));

        Assert.Contains(fault, Fault());
    }

    [Fact]
    public void Refuses_arrays_that_do_not_belong_together()
    {
        Put("x", Npy("<f4", [2, 2], [1, 2, 3, 4]));
        Assert.Contains("named y", Fault());
        Put("y", Npy("<i8", [3], [0, 1, 2]));
        Assert.Contains("for 2 examples", Fault());
        Put("y", Npy("<f4", [2], [0.5, 1]));
        Assert.Contains("whole number", Fault());
        Put("y", Npy("<i8", [2], [0, 1]));
        Put("lengths", Npy("<i8", [2], [0, 3]));
        Assert.Contains("lengths", Fault());
        Put("lengths", Npy("<i8", [2], [1, 2]));
        Put("x", Npy("<f4", [2, 2], [1, 2, double.NaN, double.NaN]));
        Assert.Contains("finite", Fault());
        Put("x", Npy("<f4", [2], [1, 2]));
        Assert.Contains("shape (2)", Fault());
    }

    [Property(MaxTest = 200)]
    public bool Damaged_files_end_in_a_sentence_or_in_data(int position, byte value, int cut)
    {
        var bytes = Npy("<f4", [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
        bytes[(int)((uint)position % bytes.Length)] = value;
        Put("x", bytes[..(int)(bytes.Length - ((uint)cut % 40))]);
        Put("y", Npy("<i8", [4], [0, 1, 0, 1]));
        try
        {
            return Load().Training.Count > 0;
        }
        catch (DatasetException error)
        {
            return error.Message.EndsWith('.');
        }
    }

    [Fact]
    public void Refuses_what_is_no_archive()
    {
        _folder.File("data.npz", "no zip"u8);

        Assert.Contains("no .npz file", Fault());
    }

    private static byte[] Npy(string type, int[] shape, double[] values) => Npy(
        $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}",
        [.. values.SelectMany(value => type[1..] switch
        {
            "f4" => Bytes((float)value),
            "f8" => Bytes(value),
            "i1" => Bytes((sbyte)value),
            "i2" => Bytes((short)value),
            "i4" => Bytes((int)value),
            "u4" => Bytes((uint)value),
            "i8" => Bytes((long)value),
            _ => [(byte)value],
        })]);

    private static byte[] Npy(string header, byte[] data) =>
        [0x93, .. "NUMPY"u8, 1, 0, .. Bytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header), .. data];

    private static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private void Put(string name, byte[] content) => _folder.File($"{name}.npy", content);

    private void Archive(string file, params (string Name, byte[] Content)[] entries)
    {
        using var content = new MemoryStream();
        using (var archive = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }

        _folder.File(file, content.ToArray());
    }

    private string Fault()
    {
        var error = Assert.Throws<DatasetException>(() => Load());
        Assert.Equal(StageReasons.DatasetInvalid, error.Reason);
        return error.Message;
    }

    private Dataset Load(LearningTask task = LearningTask.Classification) =>
        DatasetLoader.Load(Specs.Dataset(_folder.Path) with { Format = DatasetFormat.Npy }, task);
}
