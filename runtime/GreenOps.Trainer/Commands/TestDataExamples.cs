using System.Runtime.InteropServices;
using GreenOps.Onnx;
using GreenOps.Trainer.Profiling;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Trainer.Commands;

/// <summary>The inputs that lie beside a model in folders <c>test_data_set_*</c>, as ONNX's own tests have them.</summary>
internal sealed class TestDataExamples : IExamples
{
    private readonly IReadOnlyList<IReadOnlyList<TensorValue>> sets;

    private TestDataExamples(IReadOnlyList<IReadOnlyList<TensorValue>> sets) => this.sets = sets;

    /// <inheritdoc/>
    public int Count => sets.Count;

    /// <inheritdoc/>
    public bool CanBatch => false;

    /// <summary>The largest difference of a model's outputs to those that lie beside it, as a share of the range of each; null where there are none to compare.</summary>
    public double? Error(string model, ModelSession session)
    {
        double? error = null;
        for (var set = 0; set < sets.Count; set++)
        {
            var inputs = Batch(set, 1);
            try
            {
                using var outputs = session.Run(inputs);
                for (var i = 0; i < outputs.Count; i++)
                {
                    var path = Path.Join(Path.GetDirectoryName(Path.GetFullPath(model)), $"test_data_set_{set}", $"output_{i}.pb");
                    if (!File.Exists(path) || TensorValue.Load(path) is not { ElementType: ElementType.Float } expected)
                    {
                        continue;
                    }

                    var values = MemoryMarshal.Cast<byte, float>(expected.Data).ToArray();
                    var range = values.Length == 0 ? 0 : values.Max(Math.Abs);
                    error = Math.Max(error ?? 0, values.Zip(Answers.Floats(outputs[i]), (a, b) => Math.Abs(a - b)).DefaultIfEmpty().Max() / Math.Max(range, 1e-6));
                }
            }
            finally
            {
                Array.ForEach(inputs, input => input.Dispose());
            }
        }

        return error;
    }

    /// <summary>The inputs beside a model; null where there are none that fit it.</summary>
    public static TestDataExamples? Beside(string model, ModelSession session)
    {
        try
        {
            List<IReadOnlyList<TensorValue>> sets = [];
            foreach (var folder in Directory.GetDirectories(Path.GetDirectoryName(Path.GetFullPath(model))!, "test_data_set_*").Order(StringComparer.Ordinal))
            {
                var inputs = session.Inputs.Select((_, i) => Path.Join(folder, $"input_{i}.pb")).Where(File.Exists).Select(TensorValue.Load).ToList();
                if (inputs.Count == session.Inputs.Count && inputs.Zip(session.Inputs).All(pair => (int)pair.First.ElementType == (int)pair.Second.Type))
                {
                    sets.Add(inputs);
                }
            }

            return sets.Count > 0 ? new TestDataExamples(sets) : null;
        }
        catch (OnnxFormatException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public OrtValue[] Batch(int start, int count) => [.. sets[start].Select(Value)];

    private static OrtValue Value(TensorValue tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)(int)tensor.ElementType, [.. tensor.Dimensions]);
        if (tensor.Data.Length > 0)
        {
            tensor.Data.CopyTo(value.GetTensorMutableRawData());
        }

        return value;
    }
}
