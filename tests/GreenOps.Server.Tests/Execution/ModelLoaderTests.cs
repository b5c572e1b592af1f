using GreenOps.Onnx;
using GreenOps.Server.Execution;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Execution;

public sealed class ModelLoaderTests : IDisposable
{
    private const string FolderName = "GREENOPS_ONNX_TESTDATA";

    private readonly ServingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_input_too_large_for_any_request_is_refused_with_a_sentence()
    {
        var graph = new GraphBuilder("huge");
        var x = graph.Input("x", ElementType.Float, 1 << 20, 1 << 20, 1 << 30);

        var error = Assert.Throws<ModelLoadException>(() => Load("huge-1", graph.Output("y", graph.Relu(x)).Build().ToByteArray()));

        Assert.Contains("x: FP32[1048576,1048576,1073741824] takes more memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_take_zeros_is_served_all_the_same()
    {
        var graph = new GraphBuilder("expand");
        var x = graph.Input("x", ElementType.Float, 2, 3);
        var model = graph.Output("y", graph.Node("Expand", [x, graph.Input("shape", ElementType.Int64, 2)], elementType: ElementType.Float)[0]).Build();

        Load("expand-1", model.ToByteArray()).Users.Release();
    }

    [Fact]
    public void A_free_dimension_and_an_empty_one_are_warmed()
    {
        var graph = new GraphBuilder("empty");
        var x = graph.Input("x", ElementType.Float, "N", 0);

        Load("empty-1", graph.Output("y", graph.Relu(x)).Build().ToByteArray()).Users.Release();
    }

    /// <summary>The models with which ONNX itself is tested; Debian's package libonnx-testdata brings them.</summary>
    [Theory]
    // Operators from before opset 7 are many here, and ONNX Runtime has no implementation of some.
    [InlineData("pytorch-converted", 59)]
    [InlineData("pytorch-operator", 24)]
    [InlineData("simple", 14)]
    [InlineData("node", 600)]
    public void Standard_models_are_loaded_or_refused_with_a_sentence(string kind, int atLeast)
    {
        var root = Environment.GetEnvironmentVariable(FolderName) ?? "/usr/share/libonnx-testdata/data";
        Assert.SkipUnless(Directory.Exists(root), $"There is no folder {root}; install libonnx-testdata, or name where it is by {FolderName}.");
        var (loaded, total) = (0, 0);
        List<string> refused = [];
        foreach (var file in Directory.GetFiles(Path.Join(root, kind), "model.onnx", SearchOption.AllDirectories))
        {
            total++;
            try
            {
                Load($"{kind}-{total}", File.ReadAllBytes(file)).Users.Release();
                loaded++;
            }
            catch (ModelLoadException error)
            {
                refused.Add($"{Path.GetFileName(Path.GetDirectoryName(file))}: {error.Message}");
            }
        }

        Assert.True(loaded >= atLeast, $"Only {loaded} of {total} were loaded:\n{string.Join('\n', refused)}");
    }

    private LoadedModel Load(string path, byte[] model)
    {
        _folder.Store(path, model);
        return new ModelLoader(ExecutionProvider.Cpu, new ServerOptions { Models = _folder.Models, Cores = 2 }, TimeProvider.System).Load(Path.Join(_folder.Models, path));
    }
}
