using System.Buffers;
using GreenOps.Contract;
using GreenOps.Server.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Execution;

/// <summary>A model in memory, ready for any number of concurrent runs; shared by the routing tables that name it.</summary>
internal sealed class LoadedModel
{
    // What fails is told to the client; a client's fault is none of the server's errors. Runs only read it.
    private static readonly RunOptions Quietly = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    private readonly InferenceSession _session;

    /// <summary>Takes over a session.</summary>
    /// <exception cref="ModelLoadException">The session's inputs or outputs cannot be served.</exception>
    public LoadedModel(InferenceSession session)
    {
        _session = session;
        Signature = ModelSignature.Of(session);
        ClassNames = Execution.ClassNames.Of(session);
        Users = new ReferenceCount(session.Dispose);
    }

    /// <summary>What the model takes and gives.</summary>
    public ModelSignature Signature { get; }

    /// <summary>Names of the classes that the model tells apart, in their order; empty when it does not say.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>What was measured when the model was made; null when its artifact does not say.</summary>
    public VariantProfile? Profile { get; set; }

    /// <summary>The routing tables that hold the model; the session ends with the last of them.</summary>
    public ReferenceCount Users { get; }

    /// <summary>Runs the model on the calling thread.</summary>
    /// <param name="inputs">One tensor per input, checked against <see cref="Signature"/>.</param>
    /// <param name="outputs">Names of the outputs to compute.</param>
    /// <returns>The outputs in that order; the caller disposes them before it lets go of the inputs.</returns>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public ModelOutputs Run(IReadOnlyList<Tensor> inputs, IReadOnlyCollection<string> outputs)
    {
        var pins = new MemoryHandle[inputs.Count];
        var values = new OrtValue?[inputs.Count];
        try
        {
            for (var index = 0; index < inputs.Count; index++)
            {
                pins[index] = inputs[index].Data.Pin();
                values[index] = Wrap(inputs[index], pins[index]);
            }

            return new ModelOutputs(_session.Run(Quietly, [.. inputs.Select(input => input.Name)], values!, outputs), pins);
        }
        catch
        {
            ModelOutputs.Release(pins);
            throw;
        }
        finally
        {
            foreach (var value in values)
            {
                value?.Dispose();
            }
        }
    }

    private static unsafe OrtValue Wrap(Tensor tensor, MemoryHandle pin) => tensor.Datatype == TensorDatatype.Bytes
        ? StringTensors.Create(tensor)
        : OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            tensor.Datatype.ElementType,
            tensor.Shape,
            (nint)pin.Pointer,
            tensor.Data.Length);
}
