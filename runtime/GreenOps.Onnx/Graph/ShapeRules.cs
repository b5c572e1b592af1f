namespace GreenOps.Onnx;

/// <summary>How a convolution or pooling window moves: one entry a spatial axis, pads all begins and then all ends.</summary>
internal sealed record Window(long[] Kernel, long[] Strides, long[] Pads, long[] Dilations);

/// <summary>
/// The shapes of operators' results, after the operator specifications. Unknown in, unknown out;
/// what is known and cannot be is an <see cref="ArgumentException"/>.
/// </summary>
internal static class ShapeRules
{
    public static (IReadOnlyList<Dimension>? Shape, Window Window) Conv(
        GraphValue x, GraphValue weight, GraphValue? bias, long[]? strides, long[]? pads, long[]? dilations, long group)
    {
        if (weight.Shape is not { Count: > 2 } w || w.Skip(2).Any(d => d.Value is null))
            throw new ArgumentException($"Conv takes weights of shape [filters, channels, kernel...] with a known kernel, not {weight}.");
        var kernel = w.Skip(2).Select(d => d.Value!.Value).ToArray();
        var window = new Window(
            kernel,
            strides ?? [.. kernel.Select(_ => 1L)],
            pads ?? new long[2 * kernel.Length],
            dilations ?? [.. kernel.Select(_ => 1L)]);
        if (bias is not null)
            RequireVector("Conv", bias, w[0]);
        if (x.Shape is null)
            return (null, window);
        if (x.Shape.Count != w.Count)
            throw new ArgumentException($"Conv's input {x} and weights {weight} differ in rank.");
        if (group < 1 || (x.Shape[1].Value is { } channels && w[1].Value is { } perGroup && channels != perGroup * group))
            throw new ArgumentException($"Conv with {group} group(s) cannot apply weights {weight} to {x}: the channels differ.");
        return ([x.Shape[0], w[0], .. Slide("Conv", x, window)], window);
    }

    public static IReadOnlyList<Dimension>? Pool(string op, GraphValue x, Window window)
    {
        if (x.Shape is null)
            return null;
        return x.Shape.Count == window.Kernel.Length + 2
            ? [x.Shape[0], x.Shape[1], .. Slide(op, x, window)]
            : throw new ArgumentException($"{op} with a kernel of {window.Kernel.Length} axes cannot slide over {x}.");
    }

    public static IReadOnlyList<Dimension>? GlobalPool(GraphValue x) =>
        x.Shape is null ? null : [.. x.Shape.Take(2), .. x.Shape.Skip(2).Select(_ => (Dimension)1)];

    public static IReadOnlyList<Dimension>? Flatten(GraphValue x, long axis)
    {
        if (x.Shape is null)
            return null;
        var split = axis < 0 ? axis + x.Shape.Count : axis;
        return split >= 0 && split <= x.Shape.Count
            ? [Product(x.Shape.Take((int)split)), Product(x.Shape.Skip((int)split))]
            : throw new ArgumentException($"Flatten at axis {axis} does not fit {x}.");
    }

    public static IReadOnlyList<Dimension>? Gemm(GraphValue x, GraphValue w, GraphValue? b, bool transB)
    {
        if (w.Shape is null)
            return null;
        if (w.Shape.Count != 2)
            throw new ArgumentException($"Gemm takes weights with two axes, not {w}.");
        var (inputs, outputs) = transB ? (w.Shape[1], w.Shape[0]) : (w.Shape[0], w.Shape[1]);
        if (b is not null)
            RequireVector("Gemm", b, outputs);
        if (x.Shape is null)
            return [Dimension.Unknown, outputs];
        if (x.Shape.Count != 2)
            throw new ArgumentException($"Gemm takes an input with two axes, not {x}; put a Flatten before it.");
        return Agree(x.Shape[1], inputs)
            ? [x.Shape[0], outputs]
            : throw new ArgumentException($"Gemm cannot multiply {x} by {w}{(transB ? " transposed" : "")}: {x.Shape[1]} columns meet {inputs} rows.");
    }

    public static IReadOnlyList<Dimension>? MatMul(GraphValue a, GraphValue b)
    {
        if (a.Shape is not { Count: >= 2 } left || b.Shape is not { Count: >= 2 } right)
            return null;
        return Agree(left[^1], right[^2])
            ? [.. Broadcast("MatMul", a, b, [.. left.SkipLast(2)], [.. right.SkipLast(2)]), left[^2], right[^1]]
            : throw new ArgumentException($"MatMul cannot multiply {a} by {b}: {left[^1]} columns meet {right[^2]} rows.");
    }

    public static IReadOnlyList<Dimension>? Broadcast(string op, GraphValue a, GraphValue b) =>
        a.Shape is null || b.Shape is null ? null : Broadcast(op, a, b, a.Shape, b.Shape);

    public static IReadOnlyList<Dimension>? Reshape(GraphValue x, long[] shape)
    {
        var result = new Dimension[shape.Length];
        for (var i = 0; i < shape.Length; i++)
        {
            result[i] = shape[i] switch
            {
                > 0 => shape[i],
                0 => x.Shape is null ? Dimension.Unknown : i < x.Shape.Count ? x.Shape[i] : throw new ArgumentException($"Reshape keeps axis {i}, which {x} does not have."),
                -1 => Dimension.Unknown,
                _ => throw new ArgumentException($"Reshape to [{string.Join(", ", shape)}]: lengths are positive, 0 keeps an axis, -1 takes the rest."),
            };
        }

        var rest = Array.IndexOf(shape, -1L);
        if (rest >= 0 && Array.LastIndexOf(shape, -1L) != rest)
            throw new ArgumentException($"Reshape to [{string.Join(", ", shape)}]: only one axis can take the rest.");
        if (x.Shape is not null)
        {
            // Axes kept as they are cancel out, so one symbolic batch axis does not hide the rest.
            var before = Product(x.Shape.Where((_, i) => i >= shape.Length || shape[i] != 0)).Value;
            var after = Product(result.Where((_, i) => i != rest && shape[i] != 0)).Value;
            if (before is { } total && after is { } fixedPart)
            {
                if (rest >= 0 && fixedPart > 0 && total % fixedPart == 0)
                    result[rest] = total / fixedPart;
                else if (rest >= 0 || total != fixedPart)
                    throw new ArgumentException($"Reshape cannot lay {x} out as [{string.Join(", ", shape)}].");
            }
        }

        return result;
    }

    public static IReadOnlyList<Dimension>? Transpose(GraphValue x, long[] permutation)
    {
        if (!permutation.Order().SequenceEqual(Enumerable.Range(0, permutation.Length).Select(i => (long)i)) || (x.Shape is not null && x.Shape.Count != permutation.Length))
            throw new ArgumentException($"[{string.Join(", ", permutation)}] is no order of the axes of {x}.");
        return x.Shape is null ? null : [.. permutation.Select(axis => x.Shape[(int)axis])];
    }

    private static Dimension[] Broadcast(string op, GraphValue a, GraphValue b, IReadOnlyList<Dimension> left, IReadOnlyList<Dimension> right)
    {
        var result = new Dimension[Math.Max(left.Count, right.Count)];
        for (var i = 1; i <= result.Length; i++)
        {
            var l = i <= left.Count ? left[^i] : 1;
            var r = i <= right.Count ? right[^i] : 1;
            result[^i] = (l.Value, r.Value) switch
            {
                (1, _) => r,
                (_, 1) => l,
                ({ } m, { } n) when m != n => throw new ArgumentException($"{op} cannot broadcast {a} with {b}: axis {-i} has {m} and {n}."),
                (not null, _) => l,
                (_, not null) => r,
                _ => l == r ? l : Dimension.Unknown,
            };
        }

        return result;
    }

    private static IEnumerable<Dimension> Slide(string op, GraphValue x, Window window)
    {
        var axes = window.Kernel.Length;
        if (window.Strides.Length != axes || window.Dilations.Length != axes || window.Pads.Length != 2 * axes)
            throw new ArgumentException($"{op} over {axes} axes takes {axes} strides and dilations and {2 * axes} pads.");
        if (window.Kernel.Any(k => k < 1) || window.Strides.Any(s => s < 1) || window.Dilations.Any(d => d < 1) || window.Pads.Any(p => p < 0))
            throw new ArgumentException($"{op}'s kernel, strides and dilations are at least 1 and its pads at least 0.");
        for (var i = 0; i < axes; i++)
        {
            if (x.Shape![i + 2].Value is not { } length)
            {
                yield return Dimension.Unknown;
                continue;
            }

            var room = length + window.Pads[i] + window.Pads[i + axes] - ((window.Kernel[i] - 1) * window.Dilations[i]) - 1;
            yield return room >= 0
                ? (room / window.Strides[i]) + 1
                : throw new ArgumentException($"{op}'s kernel [{string.Join(", ", window.Kernel)}] is larger than its input {x}.");
        }
    }

    private static void RequireVector(string op, GraphValue bias, Dimension length)
    {
        if (bias.Shape is not null && (bias.Shape.Count != 1 || !Agree(bias.Shape[0], length)))
            throw new ArgumentException($"{op} takes a bias of shape [{length}], not {bias}.");
    }

    private static bool Agree(Dimension a, Dimension b) => a.Value is null || b.Value is null || a.Value == b.Value;

    private static Dimension Product(IEnumerable<Dimension> dimensions)
    {
        var list = dimensions.ToList();
        if (list is [var only])
            return only;
        var product = 1L;
        foreach (var dimension in list)
        {
            if (dimension.Value is not { } value)
                return Dimension.Unknown;
            product = checked(product * value);
        }

        return product;
    }
}
