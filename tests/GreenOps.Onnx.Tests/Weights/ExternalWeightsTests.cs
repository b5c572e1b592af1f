using System.Runtime.InteropServices;
using Google.Protobuf;
using GreenOps.Onnx.Proto;
using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests.Weights;

public sealed class ExternalWeightsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("greenops-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("model.onnx.data")]
    [InlineData("weights/all.bin")]
    [InlineData("./weights/../model.data")]
    public void Weights_in_a_file_beside_the_model_become_part_of_it(string location)
    {
        var model = Networks.Mlp();

        var whole = ExternalWeights.Load(Split(model, location), _folder, out var embedded);

        Assert.True(embedded);
        Assert.Equal(model.ToByteArray(), whole.ToByteArray());
        Assert.Equal(model.ToByteArray(), OnnxModel.Parse(whole.ToByteArray()).ToByteArray());
    }

    [Fact]
    public void A_model_that_is_whole_stays_as_it_is()
    {
        var bytes = Networks.Mlp().ToByteArray();

        Assert.Equal(bytes, ExternalWeights.Load(bytes, _folder, out var embedded).ToByteArray());

        Assert.False(embedded);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("weights/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("link")]
    [InlineData("linked/secret")]
    [InlineData("chain")]
    [InlineData("circle")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void Nothing_outside_of_the_folder_is_read(string location)
    {
        var inside = Directory.CreateDirectory(Path.Join(_folder, "inside")).FullName;
        var outside = Directory.CreateDirectory(Path.Join(_folder, "outside")).FullName;
        File.WriteAllBytes(Path.Join(outside, "secret"), new byte[4096]);
        File.WriteAllBytes(Path.Join(_folder, "secret"), new byte[4096]);
        File.CreateSymbolicLink(Path.Join(inside, "link"), Path.Join(outside, "secret"));
        File.CreateSymbolicLink(Path.Join(inside, "linked"), "../outside");
        File.CreateSymbolicLink(Path.Join(inside, "chain"), "linked/secret");
        File.CreateSymbolicLink(Path.Join(inside, "circle"), "circle");

        var error = Assert.Throws<OnnxFormatException>(() => ExternalWeights.Load(Referring(location), inside, out _));

        Assert.Contains("leads out of the model's folder", error.Message);
    }

    [Fact]
    public void Links_within_the_folder_are_followed_as_a_mounted_configuration_needs_it()
    {
        var model = Networks.Mlp();
        var bytes = Split(model, "..2026/weights.bin");
        Directory.CreateSymbolicLink(Path.Join(_folder, "..data"), "..2026");
        File.CreateSymbolicLink(Path.Join(_folder, "all.bin"), "..data/weights.bin");

        var whole = ExternalWeights.Load(Renamed(bytes, "all.bin"), _folder, out _);

        Assert.Equal(model.ToByteArray(), whole.ToByteArray());
    }

    [Theory]
    [InlineData("location", "absent.bin", "there is no such file")]
    [InlineData("offset", "99999999", "which has")]
    [InlineData("length", "99999999", "which has")]
    [InlineData("length", "4", "needs")]
    [InlineData("offset", "-1", "which is no number")]
    [InlineData("length", "many", "which is no number")]
    public void Contradictions_are_told_in_a_sentence(string key, string value, string inMessage)
    {
        var proto = ModelProto.Parser.ParseFrom(Split(Networks.Mlp(), "weights.bin"));
        var entries = proto.Graph.Initializer[0].ExternalData;
        entries.Single(entry => entry.Key == key).Value = value;

        var error = Assert.Throws<OnnxFormatException>(() => ExternalWeights.Load(proto.ToByteArray(), _folder, out _));

        Assert.Contains(inMessage, error.Message);
    }

    /// <summary>The model with its weights in a file, one after another.</summary>
    private byte[] Split(OnnxModel model, string location)
    {
        var proto = model.CloneProto();
        using MemoryStream weights = new();
        foreach (var tensor in proto.Graph.Initializer)
        {
            Refer(tensor, location, weights.Length, tensor.RawData.Length);
            weights.Write(tensor.RawData.Span);
            tensor.ClearRawData();
        }

        var path = Path.Join(_folder, location);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(Path.Join(_folder, "weights"));
        File.WriteAllBytes(path, weights.ToArray());
        return proto.ToByteArray();
    }

    private static byte[] Referring(string location)
    {
        var proto = Networks.Mlp().CloneProto();
        var tensor = proto.Graph.Initializer[0];
        Refer(tensor, location, 0, MemoryMarshal.AsBytes(ModelWeights.Read(Networks.Mlp(), tensor.Name).AsSpan()).Length);
        tensor.ClearRawData();
        return proto.ToByteArray();
    }

    private static byte[] Renamed(byte[] bytes, string location)
    {
        var proto = ModelProto.Parser.ParseFrom(bytes);
        foreach (var entry in proto.Graph.Initializer.SelectMany(tensor => tensor.ExternalData).Where(entry => entry.Key == "location"))
            entry.Value = location;
        return proto.ToByteArray();
    }

    private static void Refer(TensorProto tensor, string location, long offset, long length)
    {
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        foreach (var (key, value) in new[] { ("location", location), ("offset", $"{offset}"), ("length", $"{length}") })
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
    }
}
