using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests;

public sealed class OnnxModelTests
{
    [Fact]
    public void Reading_what_was_written_gives_the_same_bytes()
    {
        var bytes = Networks.Cnn().ToByteArray();

        Assert.Equal(bytes, OnnxModel.Parse(bytes).ToByteArray());
    }

    [Fact]
    public void What_the_declared_format_does_not_know_is_kept()
    {
        // Field 25 (functions) with four bytes of content.
        byte[] bytes = [.. Networks.Mlp().ToByteArray(), 0xCA, 0x01, 4, 0x0A, 2, (byte)'f', (byte)'n'];

        Assert.Equal(bytes, OnnxModel.Parse(bytes).ToByteArray());
    }

    [Fact]
    public void Saving_replaces_the_file_and_leaves_nothing_else()
    {
        var folder = Directory.CreateTempSubdirectory("greenops-onnx");
        try
        {
            var path = Path.Combine(folder.FullName, "model.onnx");
            Networks.Mlp().Save(path);
            Networks.Cnn().Save(path);

            Assert.Equal("cnn", OnnxModel.Load(path).GraphName);
            Assert.Equal("model.onnx", Assert.Single(folder.GetFiles()).Name);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Metadata_is_set_on_a_copy()
    {
        var model = Networks.Mlp();
        var tagged = model.WithMetadata("stage", "train").WithMetadata("stage", "prune").WithMetadata("seed", "7");

        Assert.Empty(model.Metadata);
        Assert.Equal("prune", OnnxModel.Parse(tagged.ToByteArray()).Metadata["stage"]);
        Assert.Equal(2, tagged.Metadata.Count);
    }
}
