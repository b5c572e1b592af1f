using GreenOps.Artifacts;
using GreenOps.Contract;

namespace GreenOps.EndToEnd.Tests.Models;

/// <summary>The images that no training of the sample dataset has seen, rebuilt by the rule that the trainer follows.</summary>
internal static class HeldOutImages
{
    private static readonly Lazy<Dataset> Dataset = new(() => DatasetLoader.Load(new DatasetSpec
    {
        Uri = new Uri(Path.Join(Places.RepositoryRoot, "tests", "data", "fashion-mnist")).AbsoluteUri,
        Format = DatasetFormat.Idx,
        // The defaults of spec.training.dataset.holdout.
        HoldoutPercent = 20,
        HoldoutSeed = 0,
    }));

    public static int Count => Dataset.Value.HeldOut.Count;

    public static int Height => Dataset.Value.Shape[0];

    public static int Width => Dataset.Value.Shape[1];

    public static int Label(int index) => Dataset.Value.HeldOut.Classes[index];

    /// <summary>Brightness in [0, 1] of consecutive images.</summary>
    public static IEnumerable<float> Pixels(int first, int count) => Dataset.Value.HeldOut.Pixels
        .Skip(first * Dataset.Value.Size)
        .Take(count * Dataset.Value.Size)
        .Select(pixel => pixel / 255f);
}
