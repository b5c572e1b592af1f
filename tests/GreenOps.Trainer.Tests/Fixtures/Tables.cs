using System.Runtime.CompilerServices;

namespace GreenOps.Trainer.Tests.Fixtures;

/// <summary>Small tables of numbers, and sequences made of images.</summary>
internal static class Tables
{
    public static DatasetSpec Iris { get; } = Spec("iris.csv");

    public static DatasetSpec Diabetes { get; } = Spec("diabetes.csv");

    /// <summary>120 irises to learn from, 30 to judge by.</summary>
    public static Dataset Irises { get; } = DatasetLoader.Load(Iris, LearningTask.Classification);

    /// <summary>The rows of images from the first to the last that is not blank: sequences that differ in length.</summary>
    public static Dataset Garments { get; } = Cut(Samples.Small);

    /// <summary>Where a table is.</summary>
    public static string Path(string name) => System.IO.Path.GetFullPath(System.IO.Path.Join(System.IO.Path.GetDirectoryName(ThisFile()), "..", "..", "data", "tables", name));

    private static DatasetSpec Spec(string name) => Specs.Dataset(Path(name)) with
    {
        Format = DatasetFormat.Csv,
    };

    private static Dataset Cut(Dataset images) => images with { Training = Cut(images.Training, 800), HeldOut = Cut(images.HeldOut, 300) };

    private static ExampleSet Cut(ExampleSet all, int count)
    {
        var images = all.Select([.. Enumerable.Range(0, count)]);
        var width = images.PositionSize;
        var rows = images.Pixels.Chunk(images.Shape[0] * width).Select(image =>
        {
            var filled = image.Chunk(width).Index().Where(row => row.Item.Any(pixel => pixel > 64)).Select(row => row.Index).DefaultIfEmpty(0).ToList();
            return image[(filled.Min() * width)..((filled.Max() + 1) * width)];
        }).ToList();
        return ExampleSet.OfClasses(images.Shape, rows.SelectMany(row => row).ToArray(), images.Classes, [.. rows.Select(row => row.Length / width)]);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
