using System.Buffers;
using GreenOps.Contract;
using GreenOps.Server.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Execution;

/// <summary>A model in memory, ready for any number of concurrent runs; shared by the routing tables that name it.</summary>
internal sealed class LoadedModel
{
    // Runs that nobody has to be able to end only read it.
    private static readonly RunOptions Unwatched = CreateRunOptions();

    private readonly InferenceSession _session;

    /// <summary>Takes over a session.</summary>
    /// <exception cref="ModelLoadException">The session's inputs or outputs cannot be served.</exception>
    public LoadedModel(InferenceSession session)
    {
        _session = session;
        Signature = ModelSignature.Of(session);
        ClassNames = Execution.ClassNames.Of(session);
        OutputNames = [.. Signature.Outputs.Select(output => output.Name)];
        SharesMemory = Signature.Inputs.Any(input => OutputNames.Contains(input.Name));
        Users = new ReferenceCount(session.Dispose);
    }

    /// <summary>What the model takes and gives.</summary>
    public ModelSignature Signature { get; }

    /// <summary>Names of the classes that the model tells apart, in their order; empty when it does not say.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>What was measured when the model was made; null when its artifact does not say.</summary>
    public VariantProfile? Profile { get; set; }

    /// <summary>Names of all outputs.</summary>
    public string[] OutputNames { get; }

    /// <summary>Whether an output is an input as it came, in the memory that the request brought.</summary>
    public bool SharesMemory { get; }

    /// <summary>How far its requests are run together.</summary>
    public BatchProfile Batching { get; set; } = BatchProfile.Alone("It has not been measured; requests run alone.");

    /// <summary>The routing tables that hold the model; the session ends with the last of them.</summary>
    public ReferenceCount Users { get; }

    /// <summary>What waits for a slot; the scheduler's, under its lock.</summary>
    public Queue<InferenceWork> Waiting { get; } = new();

    /// <summary>Options of a run. What fails is told to the client; a client's fault is none of the server's errors.</summary>
    public static RunOptions CreateRunOptions() => new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    /// <summary>Runs the model on the calling thread for all outputs.</summary>
    /// <param name="inputs">One tensor per input, checked against <see cref="Signature"/>.</param>
    public ModelOutputs Run(IReadOnlyList<Tensor> inputs) => Run(inputs, OutputNames, Unwatched);

    /// <summary>Runs the model on the calling thread.</summary>
    /// <param name="inputs">One tensor per input, checked against <see cref="Signature"/>.</param>
    /// <param name="outputs">Names of the outputs to compute.</param>
    /// <param name="options">By which the run can be ended.</param>
    /// <returns>The outputs in that order; the caller disposes them before it lets go of the inputs.</returns>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public ModelOutputs Run(IReadOnlyList<Tensor> inputs, string[] outputs, RunOptions options)
    {
        var names = new string[inputs.Count];
        var pins = new MemoryHandle[inputs.Count];
        var values = new OrtValue?[inputs.Count];
        try
        {
            for (var index = 0; index < names.Length; index++)
            {
                names[index] = inputs[index].Name;
                pins[index] = inputs[index].Data.Pin();
                values[index] = Wrap(inputs[index], pins[index]);
            }

            return new ModelOutputs(_session.Run(options, names, values!, outputs), pins);
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
