using GreenOps.Artifacts;
using GreenOps.Contract;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Execution;

/// <summary>Loads a model from its artifact folder.</summary>
internal interface IModelLoader
{
    /// <summary>Verifies, loads and warms a model.</summary>
    /// <param name="folder">Path of the artifact folder.</param>
    /// <exception cref="ModelLoadException">The artifact is missing, damaged, or no model that can be served.</exception>
    LoadedModel Load(string folder);
}

/// <summary>Loads ONNX models with ONNX Runtime.</summary>
internal sealed class ModelLoader(ExecutionProvider provider, ServerOptions options, TimeProvider time) : IModelLoader
{
    /// <inheritdoc/>
    public LoadedModel Load(string folder)
    {
        var artifact = Verify(folder);
        var model = Open(artifact.File(ArtifactFiles.Model));
        model.Profile = ProfileOf(artifact);
        try
        {
            Warm(model);
            model.Batching = options.Batching
                ? new BatchProbe(options.LongestBatch, time).Measure(model)
                : BatchProfile.Alone("Batching is off (--batching); requests run alone.");
            return model;
        }
        catch
        {
            model.Users.Release();
            throw;
        }
    }

    private static ArtifactFolder Verify(string folder)
    {
        try
        {
            var artifact = ArtifactFolder.Open(folder);
            return artifact.Manifest.Files.Any(file => file.Path == ArtifactFiles.Model)
                ? artifact
                : throw new ModelLoadException($"its {ArtifactFiles.Manifest} names no {ArtifactFiles.Model}.");
        }
        catch (ArtifactException error)
        {
            throw new ModelLoadException(error.Message, error);
        }
    }

    /// <summary>What the trainer measured; null for an artifact that does not say, which serves as well.</summary>
    private static VariantProfile? ProfileOf(ArtifactFolder artifact)
    {
        if (artifact.Manifest.Files.All(file => file.Path != ArtifactFiles.Report))
        {
            return null;
        }

        try
        {
            return ContractJson.Read<StageReport>(File.ReadAllBytes(artifact.File(ArtifactFiles.Report)), ArtifactFiles.Report).Profile;
        }
        catch (Exception error) when (error is ContractException or IOException)
        {
            return null;
        }
    }

    private LoadedModel Open(string path)
    {
        InferenceSession session;
        try
        {
            using var options = provider.CreateOptions();
            session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelLoadException($"ONNX Runtime cannot load its {ArtifactFiles.Model}: {error.Message}", error);
        }

        try
        {
            return new LoadedModel(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs once on zeros, so that the first request does not pay for memory and code that is made on first use. Where
    /// more than the first dimension is free, ones may be no shape the model can take, and where integers are sizes,
    /// zeros may be none: its failure then says nothing.
    /// </summary>
    private static void Warm(LoadedModel model)
    {
        using var request = ProbeRequest.Of(model.Signature, rows: 1, seed: null)
            ?? throw new ModelLoadException($"its input {Largest(model)} takes more memory than one request can bring.");
        try
        {
            model.Run(request.Inputs).Dispose();
        }
        catch (OnnxRuntimeException error) when (model.Signature.Inputs.All(input => input.Datatype.IsFraction && input.Shape.Skip(1).All(dimension => dimension >= 0)))
        {
            throw new ModelLoadException($"a first inference on zeros failed: {error.Message}", error);
        }
        catch (OnnxRuntimeException)
        {
        }
    }

    private static TensorSignature Largest(LoadedModel model) =>
        model.Signature.Inputs.MaxBy(input => input.Shape.Aggregate(1.0, (product, size) => product * Math.Abs(size)))!;
}
