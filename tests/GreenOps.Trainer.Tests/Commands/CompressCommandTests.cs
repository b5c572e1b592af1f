using System.Text.Json;
using GreenOps.Onnx;
using GreenOps.Trainer.Commands;
using GreenOps.Trainer.Profiling;

namespace GreenOps.Trainer.Tests.Commands;

public sealed class CompressCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("greenops-compress-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0.99, 3.2, "--quantize", "int8")]
    [InlineData(0.99, 3.2, "--quantize", "int8", "--calibration", "Entropy")]
    [InlineData(0.99, 3.2, "--quantize", "int8-dynamic")]
    [InlineData(0.9999, 1.9, "--quantize", "float16")]
    [InlineData(0.9999, 1.9, "--quantize", "float16-compute")]
    [InlineData(0.97, 5, "--quantize", "int4")]
    [InlineData(0.5, 1, "--prune", "0.5", "--granularity", "TwoOfFour")]
    [InlineData(0.1, 1, "--prune", "0.7", "--scope", "Layer", "--criterion", "Random", "--seed", "3")]
    public void A_file_becomes_smaller_and_stays_near(double cosine, double smaller, params string[] options)
    {
        var (from, to) = (Put(ReadyModels.Classifier()), Path.Join(_folder, "small.onnx"));

        var (exitCode, output, errors) = Run([from, "--output", to, "--json", .. options]);

        Assert.Equal((ExitCodes.Done, ""), (exitCode, errors));
        using var json = JsonDocument.Parse(output);
        var after = json.RootElement.GetProperty("after");
        Assert.InRange(after.GetProperty("fidelity").GetProperty("cosine").GetDouble(), cosine, 0.99999999);
        Assert.True(new FileInfo(from).Length >= smaller * new FileInfo(to).Length);
        new ModelSession(File.ReadAllBytes(to)).Dispose();
    }

    [Fact]
    public void What_harms_most_stays_in_float_until_the_limit_holds()
    {
        // A layer whose weights lie far apart within a channel loses nearly all when quantized; the other nothing.
        var (from, to) = (Put(ReadyModels.Harmed()), Path.Join(_folder, "small.onnx"));

        Assert.Equal(ExitCodes.Done, Run([from, "--output", to, "--quantize", "int8", "--max-accuracy-loss", "1"]).ExitCode);
        var all = OnnxModel.Load(to);
        var (exitCode, output, _) = Run([from, "--output", to, "--quantize", "int8", "--max-accuracy-loss", "0.03"]);

        Assert.Equal(ExitCodes.Done, exitCode);
        Assert.Contains("In float: harmed (Gemm): It loses too much", output);
        Assert.DoesNotContain("In float: robust", output);
        Assert.NotEqual(all.ToByteArray(), OnnxModel.Load(to).ToByteArray());
    }

    [Fact]
    public void Without_a_limit_the_outputs_stay_near_all_the_same_and_the_report_says_how()
    {
        var (from, to) = (Put(ReadyModels.Harmed()), Path.Join(_folder, "small.onnx"));

        var (exitCode, output, _) = Run([from, "--output", to, "--quantize", "int8", "--json"]);

        Assert.Equal(ExitCodes.Done, exitCode);
        using var json = JsonDocument.Parse(output);
        Assert.InRange(json.RootElement.GetProperty("after").GetProperty("fidelity").GetProperty("cosine").GetDouble(), 0.98, 0.99999999);
        Assert.Contains("1 of 2 layers compute in float, the most sensitive", json.RootElement.GetProperty("done").EnumerateArray().Last().GetString());
    }

    [Fact]
    public void A_network_with_one_number_is_judged_by_the_number()
    {
        var original = ReadyModels.Value(shift: 0).ToByteArray();
        var meter = FidelityMeter.Of(original, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, meter.Measure(original).Agreement);
        // Rounded to integers, a tenth of the range would look the same.
        Assert.Equal(0, meter.Measure(ReadyModels.Value(shift: 0.05f).ToByteArray()).Agreement);
    }

    [Theory]
    [InlineData("There is no file", "absent.onnx", "--output", "x")]
    [InlineData("--output is missing", "model.onnx")]
    [InlineData("--quantize is 'int3'", "model.onnx", "--output", "x", "--quantize", "int3")]
    [InlineData("--prune is 1.5", "model.onnx", "--output", "x", "--prune", "1.5")]
    [InlineData("prune.granularity is Channel", "model.onnx", "--output", "x", "--prune", "0.5", "--granularity", "Channel")]
    [InlineData("--block-size is 20", "model.onnx", "--output", "x", "--quantize", "int4", "--block-size", "20")]
    [InlineData("no such folder", "--all", "/absent")]
    [InlineData("cut short or damaged", "broken.onnx", "--output", "x")]
    public void A_fault_is_a_sentence_and_exit_code_64(string sentence, params string[] arguments)
    {
        Put(ReadyModels.Classifier());
        File.WriteAllText(Path.Join(_folder, "broken.onnx"), "not a model");

        var (exitCode, _, errors) = Run([.. arguments.Select(a => a.EndsWith(".onnx", StringComparison.Ordinal) || a == "x" ? Path.Join(_folder, a) : a)]);

        Assert.Equal(ExitCodes.BadInput, exitCode);
        Assert.Contains(sentence, errors);
        Assert.False(File.Exists(Path.Join(_folder, "x")));
    }

    [Fact]
    public void A_folder_is_gone_over_with_every_technique()
    {
        Put(ReadyModels.Classifier());
        File.WriteAllBytes(Path.Join(_folder, "tokens.onnx"), ReadyModels.Tokens().ToByteArray());
        File.WriteAllText(Path.Join(_folder, "broken.onnx"), "not a model");
        var table = Path.Join(_folder, "table.md");

        var (exitCode, output, errors) = Run(["--all", _folder, "--report", table]);

        Assert.Equal((ExitCodes.Done, ""), (exitCode, errors));
        Assert.Contains("| opset 13 | 2 | 0 | 1 | 0 |", output);
        Assert.Contains("| float16 | 2 | 0 | 1 | 0 |", output);
        Assert.Equal(output, File.ReadAllText(table));
    }

    private string Put(OnnxModel model)
    {
        var path = Path.Join(_folder, "model.onnx");
        model.Save(path);
        return path;
    }

    private static (int ExitCode, string Output, string Errors) Run(string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        var exitCode = CompressCommand.Build(output, errors, Workplace.Brief).Parse(arguments).Invoke();
        return (exitCode, output.ToString(), errors.ToString());
    }
}
