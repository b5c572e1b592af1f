namespace GreenOps.Artifacts;

/// <summary>Labelled grayscale images, split into those to learn from and those to judge by.</summary>
/// <param name="Height">Height of every image, in pixels.</param>
/// <param name="Width">Width of every image, in pixels.</param>
/// <param name="Classes">Number of classes; labels are 0 to Classes - 1.</param>
/// <param name="Training">Examples to learn from.</param>
/// <param name="HeldOut">Examples to judge by, never learned from.</param>
public sealed record ImageDataset(int Height, int Width, int Classes, LabelledImages Training, LabelledImages HeldOut)
{
    /// <summary>Pixels of one image.</summary>
    public int PixelsPerImage => Height * Width;
}

/// <summary>Images and their labels.</summary>
/// <param name="Pixels">Brightness 0 to 255, image after image, row after row.</param>
/// <param name="Labels">One class per image.</param>
public sealed record LabelledImages(byte[] Pixels, byte[] Labels)
{
    /// <summary>Number of images.</summary>
    public int Count => Labels.Length;
}
