using System.Runtime.InteropServices;
using GreenOps.Artifacts;
using GreenOps.Trainer.Stages;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Trainer.Profiling;

/// <summary>
/// Inputs for a model of which no data are known: fractions from the standard normal distribution, integers from 0 to a
/// bound that the model takes, booleans at random. Every program that knows the seed and the purpose can make them again.
/// </summary>
internal sealed class GeneratedExamples : IExamples
{
    // The same inputs for every variant of every model, so that what is compared with each other ran on the same.
    private const long Seed = 0;

    private readonly IReadOnlyList<GeneratedInput> inputs;
    private readonly string purpose;

    private GeneratedExamples(IReadOnlyList<GeneratedInput> inputs, string purpose, int count)
    {
        this.inputs = inputs;
        this.purpose = purpose;
        Count = count;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public bool CanBatch => inputs.All(input => input.Value.HasFreeBatch) && !inputs.Any(input => input.RepeatsBatch(inputs));

    /// <summary>Examples that a model can be run on.</summary>
    /// <param name="session">The model.</param>
    /// <param name="purpose">What they are for; another purpose gets other examples.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="StageException">The model fails on whatever is tried.</exception>
    public static GeneratedExamples For(ModelSession session, string purpose, int count) => new(GeneratedInput.For(session), purpose, count);

    /// <inheritdoc/>
    public OrtValue[] Batch(int start, int count) => [.. inputs.Select(input => Batch(input, start, count))];

    private OrtValue Batch(GeneratedInput input, int start, int count)
    {
        var value = input.Allocate(count);
        var data = value.GetTensorMutableRawData();
        var size = data.Length / count;
        for (var i = 0; i < count; i++)
        {
            // A stream per example: what an example holds does not depend on the batch that it comes in.
            var random = SplitMix64.Stream(Seed, $"{purpose} {input.Value.Name}", start + i);
            Fill(data.Slice(i * size, size), input, ref random);
        }

        return value;
    }

    private static void Fill(Span<byte> data, GeneratedInput input, ref SplitMix64 random)
    {
        switch (input.Value.Type)
        {
            case TensorElementType.Float:
                foreach (ref var element in MemoryMarshal.Cast<byte, float>(data))
                {
                    element = (float)Normal(ref random);
                }

                break;
            case TensorElementType.Double:
                foreach (ref var element in MemoryMarshal.Cast<byte, double>(data))
                {
                    element = Normal(ref random);
                }

                break;
            case TensorElementType.Float16:
                foreach (ref var element in MemoryMarshal.Cast<byte, Half>(data))
                {
                    element = (Half)Normal(ref random);
                }

                break;
            default:
                var width = input.ElementBytes;
                for (var offset = 0; offset < data.Length; offset += width)
                {
                    GeneratedInput.WriteInteger(data.Slice(offset, width), input.Fixed ? input.Bound - 1 : random.NextBelow(input.Bound));
                }

                break;
        }
    }

    /// <summary>A number of the standard normal distribution (Box and Muller, 1958).</summary>
    private static double Normal(ref SplitMix64 random)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextUnit()));
        return radius * Math.Cos(2 * Math.PI * random.NextUnit());
    }
}
