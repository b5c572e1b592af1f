using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;

namespace GreenOps.EndToEnd.Tests.Models;

/// <summary>
/// A small model that nobody trained here: images are shrunk to seven by seven pixels and go to the class whose mean image
/// is nearest. It is honest work on the sample dataset, and small enough for an environment variable.
/// </summary>
internal static class CentroidModel
{
    private const int Window = 4;

    private static readonly Lazy<Dataset> Dataset = new(() => DatasetLoader.Load(new DatasetSpec
    {
        Uri = new Uri(Path.Join(Places.RepositoryRoot, "tests", "data", "fashion-mnist")).AbsoluteUri,
        Format = DatasetFormat.Idx,
        // The defaults of spec.training.dataset.holdout.
        HoldoutPercent = 20,
        HoldoutSeed = 0,
    }));

    private static readonly Lazy<float[][]> Means = new(MeanImages);

    /// <summary>The ONNX file.</summary>
    public static byte[] ToOnnx()
    {
        var means = Means.Value;
        var graph = new GraphBuilder("centroids");
        var images = graph.Input("image", ElementType.Float, "N", 1, Dataset.Value.Shape[0], Dataset.Value.Shape[1]);
        var small = graph.Flatten(graph.AveragePool(images, [Window, Window], [Window, Window]));
        // The nearest mean has the greatest x.m - |m|^2/2.
        var scores = graph.Gemm(
            small,
            graph.Initializer("means", means.SelectMany(mean => mean).ToArray(), means.Length, means[0].Length),
            graph.Initializer("offsets", means.Select(Offset).ToArray(), means.Length),
            transB: true);
        return graph.Output("scores", scores).Build().ToByteArray();
    }

    /// <summary>Its accuracy on the held-out images, worked out here.</summary>
    public static double Accuracy() =>
        Enumerable.Range(0, HeldOutImages.Count).Count(index => Classify(index) == HeldOutImages.Label(index)) / (double)HeldOutImages.Count;

    /// <summary>The class of a held-out image.</summary>
    public static int Classify(int index)
    {
        var small = Shrink([.. HeldOutImages.Pixels(index, 1)]);
        var scores = Means.Value.Select(mean => mean.Zip(small, (weight, pixel) => weight * pixel).Sum() + Offset(mean)).ToArray();
        return Array.IndexOf(scores, scores.Max());
    }

    private static float Offset(float[] mean) => -mean.Sum(value => value * value) / 2;

    private static float[][] MeanImages()
    {
        var (data, size) = (Dataset.Value.Training, Dataset.Value.Size);
        return [.. Enumerable.Range(0, Dataset.Value.Classes).Select(label =>
        {
            var members = Enumerable.Range(0, data.Count).Where(index => data.Classes[index] == label).ToList();
            var mean = new float[size];
            foreach (var index in members)
            {
                for (var pixel = 0; pixel < size; pixel++)
                {
                    mean[pixel] += data.Pixels[(index * size) + pixel] / 255f / members.Count;
                }
            }

            return Shrink(mean);
        })];
    }

    private static float[] Shrink(float[] image)
    {
        var (height, width) = (Dataset.Value.Shape[0] / Window, Dataset.Value.Shape[1] / Window);
        var small = new float[height * width];
        for (var row = 0; row < height * Window; row++)
        {
            for (var column = 0; column < width * Window; column++)
            {
                small[(row / Window * width) + (column / Window)] += image[(row * Dataset.Value.Shape[1]) + column] / (Window * Window);
            }
        }

        return small;
    }
}
