using GreenOps.Trainer.Commands;
using GreenOps.Trainer.Profiling;

namespace GreenOps.Trainer.Tests.Import;

/// <summary>The models with which ONNX itself is tested; Debian's package libonnx-testdata brings them.</summary>
public sealed class StandardModelsTests : IDisposable
{
    private const string FolderName = "GREENOPS_ONNX_TESTDATA";

    private readonly Workplace _place = new(images: 2) { Effort = new ProfileEffort(TimeSpan.FromTicks(1), TimeSpan.FromTicks(1)) };

    public void Dispose() => _place.Dispose();

    private static string Folder => Environment.GetEnvironmentVariable(FolderName) ?? "/usr/share/libonnx-testdata/data";

    [Theory]
    [InlineData("pytorch-converted", 4, 12)]
    // All of opset 6, which ONNX Runtime takes only upgraded.
    [InlineData("pytorch-operator", 2, 17)]
    [InlineData("simple", 1, 10)]
    [InlineData("node", 20, 30)]
    public void Are_imported_or_refused_with_a_sentence(string kind, int every, int atLeast)
    {
        Assert.SkipUnless(Directory.Exists(Folder), $"There is no folder {Folder}; install libonnx-testdata, or name where it is by {FolderName}.");
        List<string> imported = [];
        List<string> refused = [];
        List<string> wrong = [];
        var models = Directory.GetFiles(Path.Join(Folder, kind), "model.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, i) => i % every == every - 1).ToList();
        for (var i = 0; i < models.Count; i++)
        {
            var exitCode = _place.Run(Specs.Import($"file://{models[i]}") with { Revision = $"{kind}{i}" });
            if (exitCode == ExitCodes.Done)
            {
                imported.Add(models[i]);
            }
            else
            {
                var list = exitCode == ExitCodes.BadInput && _place.Report.Reason == StageReasons.ModelInvalid ? refused : wrong;
                list.Add($"{models[i]}: {exitCode} {_place.Report.Reason} {_place.Report.Message}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(imported.Count >= atLeast, $"Only {imported.Count} of {models.Count} were imported:\n{string.Join('\n', refused)}");
    }

    [Fact]
    public void Are_quantized_or_refused_with_a_sentence()
    {
        Assert.SkipUnless(Directory.Exists(Folder), $"There is no folder {Folder}; install libonnx-testdata, or name where it is by {FolderName}.");
        var quantized = 0;
        foreach (var model in Directory.GetFiles(Path.Join(Folder, "pytorch-converted"), "model.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, i) => i % 8 == 2))
        {
            var import = Specs.Import($"file://{model}") with { Revision = Sha256Text.Of(System.Text.Encoding.UTF8.GetBytes(model))[..10] };
            if (_place.Run(import) != ExitCodes.Done)
            {
                continue;
            }

            var exitCode = _place.Run(Specs.Compression(import, "int8", Specs.Int8) with { Revision = import.Revision });

            Assert.True(
                exitCode == ExitCodes.Done || (exitCode == ExitCodes.BadInput && _place.Report.Reason == StageReasons.ModelInvalid),
                $"{model}: {exitCode} {_place.Report.Reason} {_place.Report.Message}");
            quantized += exitCode == ExitCodes.Done ? 1 : 0;
        }

        Assert.True(quantized >= 3, $"Only {quantized} models were quantized.");
    }

    [Fact]
    public void Are_compressed_by_every_technique_or_left_alone_for_a_reason()
    {
        var folder = Path.Join(Folder, "pytorch-operator");
        Assert.SkipUnless(Directory.Exists(folder), $"There is no folder {folder}; install libonnx-testdata, or name where it is by {FolderName}.");
        using StringWriter output = new();
        using StringWriter errors = new();

        Assert.Equal(ExitCodes.Done, CompressAll.Run(folder, null, output, errors));

        Assert.Equal("", errors.ToString());
        // Files of opset 6, which ONNX Runtime takes only upgraded, give what lies beside them.
        Assert.Contains("| opset 13 | 35 | 0 | 0 | 0 | 1.0000 |", output.ToString());
    }
}
