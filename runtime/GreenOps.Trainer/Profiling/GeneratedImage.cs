using GreenOps.Artifacts;

namespace GreenOps.Trainer.Profiling;

/// <summary>
/// Images for a model of which no data are known: shapes of all sizes that hide each other, as things do, with even surfaces, edges and a little
/// noise. White noise has none of these, and a detector finds nothing in it, so that ranges and likeness found on it say little of photographs.
/// Source: the dead leaves model, as in Lee, Mumford and Huang, "Occlusion models for natural images", 2001.
/// </summary>
internal readonly record struct GeneratedImage(int Channels, int Height, int Width, bool ChannelsLast)
{
    // Smaller than this nothing of an image is left.
    private const long SmallestSide = 8;

    // How often a pixel is painted over, how colourful shapes are, and how noisy.
    private const double Layers = 3;
    private const double Colour = 0.3;
    private const double Noise = 0.05;

    /// <summary>The image that an input takes; null where it takes none.</summary>
    /// <param name="shape">The shape of one example, the batch first.</param>
    public static GeneratedImage? Of(IReadOnlyList<long> shape) => shape switch
    {
        [1, 1 or 3 or 4, >= SmallestSide, >= SmallestSide] => new((int)shape[1], (int)shape[2], (int)shape[3], ChannelsLast: false),
        [1, >= SmallestSide, >= SmallestSide, 1 or 3 or 4] => new((int)shape[3], (int)shape[1], (int)shape[2], ChannelsLast: true),
        _ => null,
    };

    /// <summary>Paints an image of about mean 0 and deviation 1.</summary>
    public void Paint(Span<float> pixels, ref SplitMix64 random)
    {
        Span<float> colour = stackalloc float[Channels];
        // Radii follow the inverse cube, with which an image looks the same from near and far.
        var (least, most) = (Math.Max(1, Math.Min(Height, Width) / 64d), Math.Min(Height, Width) / 2d);
        var area = 2 * Math.PI * least * least * Math.Log(most / least);
        Rectangle(pixels, (0, 0, Height, Width), Chosen(colour, ref random));
        for (var left = Layers * Height * Width / area; left > 0; left--)
        {
            var radius = least / Math.Sqrt(1 - (random.NextUnit() * (1 - (least / most * (least / most)))));
            var (row, column) = (random.NextUnit() * Height, random.NextUnit() * Width);
            Chosen(colour, ref random);
            if (random.NextBelow(2) == 0)
            {
                Disc(pixels, (row, column), radius, colour);
                continue;
            }

            // As large as the disc, and of any slenderness up to that of a stroke.
            var aspect = Math.Exp((random.NextUnit() - 0.5) * 4);
            var (high, wide) = (radius * aspect, radius / aspect);
            Rectangle(pixels, ((int)(row - high), (int)(column - wide), (int)Math.Ceiling(row + high), (int)Math.Ceiling(column + wide)), colour);
        }

        foreach (ref var pixel in pixels)
        {
            pixel += (float)(Noise * GeneratedExamples.Normal(ref random));
        }
    }

    private static Span<float> Chosen(Span<float> colour, ref SplitMix64 random)
    {
        var grey = GeneratedExamples.Normal(ref random);
        foreach (ref var channel in colour)
        {
            channel = (float)(grey + (Colour * GeneratedExamples.Normal(ref random)));
        }

        return colour;
    }

    private void Disc(Span<float> pixels, (double Row, double Column) centre, double radius, ReadOnlySpan<float> colour)
    {
        for (var row = Math.Max(0, (int)(centre.Row - radius)); row < Math.Min(Height, centre.Row + radius); row++)
        {
            var half = Math.Sqrt(Math.Max(0, (radius * radius) - ((row - centre.Row) * (row - centre.Row))));
            Rectangle(pixels, (row, (int)(centre.Column - half), row + 1, (int)Math.Ceiling(centre.Column + half)), colour);
        }
    }

    private void Rectangle(Span<float> pixels, (int Top, int Left, int Bottom, int Right) edges, ReadOnlySpan<float> colour)
    {
        var (left, right) = (Math.Max(0, edges.Left), Math.Min(Width, edges.Right));
        for (var row = Math.Max(0, edges.Top); row < Math.Min(Height, edges.Bottom) && left < right; row++)
        {
            for (var channel = 0; channel < Channels; channel++)
            {
                if (!ChannelsLast)
                {
                    pixels.Slice((((channel * Height) + row) * Width) + left, right - left).Fill(colour[channel]);
                    continue;
                }

                for (var column = left; column < right; column++)
                {
                    pixels[(((row * Width) + column) * Channels) + channel] = colour[channel];
                }
            }
        }
    }
}
