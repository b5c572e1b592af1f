using System.Globalization;
using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests;

/// <summary>
/// Real models, damaged, through every pass. <c>GREENOPS_FUZZ_SECONDS</c> says for how long, <c>GREENOPS_FUZZ_SEED</c> from where
/// on, and <c>GREENOPS_FUZZ_MODELS</c> over which folder; Debian's libonnx-testdata otherwise, and networks of these tests where that is not installed.
/// </summary>
public sealed class DamagedModelsTests
{
    private const string Installed = "/usr/share/libonnx-testdata/data";
    private const long LargestFile = 1 << 18;
    private const int FewestRounds = 150;

    // What a pass may take beside a multiple of the file, and which.
    private const long FreeBytes = 64 << 20;
    private const long BytesPerByte = 400;

    [Fact]
    public void End_in_a_whole_model_or_a_sentence_within_bounded_memory()
    {
        var seconds = Number("GREENOPS_FUZZ_SECONDS") ?? 0;
        var seed = Number("GREENOPS_FUZZ_SEED") ?? 1;
        var models = Models();
        var began = TimeProvider.System.GetTimestamp();
        for (var round = 0; round < FewestRounds || TimeProvider.System.GetElapsedTime(began).TotalSeconds < seconds; round++)
        {
            var random = new Random(seed + round);
            var bytes = new Mutations(random).Apply(models[random.Next(models.Count)]);
            OnnxModel? model = null;
            Attempt("parse", () => model = OnnxModel.Parse(bytes), bytes, seed + round);
            if (model is null)
                continue;
            foreach (var (name, pass) in EveryPass.Over(model))
                Attempt(name, pass, bytes, seed + round);
        }
    }

    private static void Attempt(string name, Action action, byte[] bytes, int seed)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            action();
        }
        catch (OnnxFormatException error)
        {
            Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        }
        catch (Exception error)
        {
            Assert.Fail($"{name} of seed {seed}: {error}");
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < FreeBytes + (BytesPerByte * bytes.Length), $"{name} of seed {seed} takes {GC.GetAllocatedBytesForCurrentThread() - before} bytes for a file of {bytes.Length}.");
    }

    private static List<byte[]> Models()
    {
        var folder = Environment.GetEnvironmentVariable("GREENOPS_FUZZ_MODELS") ?? Installed;
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where(file => new FileInfo(file).Length <= LargestFile).Select(File.ReadAllBytes)]
            : [Networks.Mlp().ToByteArray(), Networks.TwoConvolutions().ToByteArray(), Opsets.OpsetUpgradeTests.Branching(9).ToByteArray()];
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
