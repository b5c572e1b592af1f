using System.Globalization;

namespace GreenOps.Server.Tensors;

/// <summary>Shapes: lists of dimensions, where a model may leave one free (-1).</summary>
internal static class Shape
{
    /// <summary>The elements of a shape without free dimensions; null when they are more than 64 bits can count.</summary>
    public static long? Elements(IReadOnlyList<long> shape)
    {
        var product = 1L;
        foreach (var dimension in shape)
        {
            if (Math.BigMul(product, dimension) is var next && next > long.MaxValue)
            {
                return null;
            }

            product *= dimension;
        }

        return product;
    }

    /// <summary>The elements of a shape in words.</summary>
    public static string Count(long? elements) => elements?.ToString(CultureInfo.InvariantCulture) ?? "more than 2^63";

    /// <summary>Whether a tensor's shape is one that the model takes.</summary>
    public static bool Fits(IReadOnlyList<long> shape, IReadOnlyList<long> expected)
    {
        for (var axis = 0; axis < shape.Count && axis < expected.Count; axis++)
        {
            if (expected[axis] >= 0 && expected[axis] != shape[axis])
            {
                return false;
            }
        }

        return shape.Count == expected.Count;
    }

    /// <summary>For example <c>[-1,1,28,28]</c>.</summary>
    public static string Format(IEnumerable<long> shape) => $"[{string.Join(',', shape)}]";
}
