using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// The stage that makes a variant of an imported model, by rewriting its ONNX graph. There is no network behind it that
/// could be trained further or taken apart, so what needs one is refused.
/// </summary>
internal sealed partial class ImportedCompression(ILogger logger)
{
    public StageResult Run(StageSpec spec, CompressSpec compress, ParentArtifact parent, Dataset? data, CancellationToken cancellationToken)
    {
        for (var i = 0; i < compress.Steps.Count; i++)
        {
            if (GraphCompression.Fault(compress.Steps[i]) is { } fault)
            {
                throw StageException.BadInput(StageReasons.InvalidSpec, $"compress.steps[{i}]: {fault}");
            }
        }

        var original = parent.Read(ArtifactFiles.Model);
        try
        {
            var graph = GraphCompression.Apply(OnnxModel.Parse(original), compress.Steps, spec.Seed, data, guarded: true, cancellationToken);
            foreach (var done in graph.Done)
            {
                LogDone(done);
            }

            foreach (var left in graph.Left)
            {
                LogSkipped(left.Node, left.Operator, left.Reason);
            }

            var bytes = graph.Model.ToByteArray();
            return new StageResult(bytes, graph.Sparsity, new Dictionary<string, byte[]> { [ArtifactFiles.Model] = bytes }) { Original = original, Note = graph.Note };
        }
        catch (OnnxFormatException error)
        {
            throw StageException.BadInput(StageReasons.ModelInvalid, $"The imported model cannot be compressed so: {error.Message}");
        }
    }

    [LoggerMessage(LogLevel.Information, "{Done}")]
    private partial void LogDone(string done);

    [LoggerMessage(LogLevel.Information, "The layer {Node} ({Operator}) stays in float: {Reason}")]
    private partial void LogSkipped(string node, string @operator, string reason);
}
