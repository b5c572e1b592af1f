using System.Runtime.CompilerServices;

namespace GreenOps.Artifacts.Tests;

internal static class SampleData
{
    /// <summary>Folder of the Fashion-MNIST sample, found from where this source file lies.</summary>
    public static string FashionMnist { get; } = Path.GetFullPath(Path.Join(Path.GetDirectoryName(ThisFile()), "..", "data", "fashion-mnist"));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
