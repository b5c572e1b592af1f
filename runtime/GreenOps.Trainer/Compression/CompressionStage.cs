using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Compression.Distillation;
using GreenOps.Trainer.Export;
using GreenOps.Trainer.Progress;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>The stage that makes a variant of a trained network; its training is resumable to the batch.</summary>
internal sealed partial class CompressionStage(StageProgress progress, ILogger logger)
{
    public StageResult Run(
        StageSpec spec,
        CompressSpec compress,
        ParentArtifact parent,
        Dataset? examples,
        FileStore store,
        EnergyAccount energy,
        CancellationToken cancellationToken)
    {
        var data = examples ?? throw StageException.BadInput(StageReasons.InvalidSpec, "dataset is missing; a network is compressed with the data that it was trained on.");
        var file = new CheckpointFile(store, spec, logger);
        var saved = file.Read() is { } bytes ? CompressionCheckpoint.FromBytes(bytes) : null;
        var work = new CompressionWork(spec, compress, parent.Spec.Train?.Loss, data, file, energy, cancellationToken);
        using var tuning = new FineTuning(work, progress, logger);
        var subject = saved?.Rebuild(NetworkShape.Of(data)) ?? Whole(parent, data);
        var form = ExampleInput.Of(parent.Spec.Train!.Architecture);
        OnnxModel? quantized = null;
        try
        {
            // What comes before the step of a checkpoint is in it.
            for (var i = saved?.Step ?? 0; i < compress.Steps.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var before = compress.Steps.Take(i).Sum(CompressionWork.EpochsOf);
                var resumed = saved?.Step == i ? saved : null;
                switch (compress.Steps[i])
                {
                    case { Distill: { } distill }:
                        subject = Distill(new CompressionPosition(i, 1, before), subject, distill, parent, work, tuning, resumed);
                        break;
                    case { Prune: { } prune }:
                        subject = Prune(new CompressionPosition(i, 1, before), subject, prune, spec.Seed, tuning, resumed);
                        break;
                    case { Quantize: { } quantize }:
                        TuneRounded(new CompressionPosition(i, 1, before), subject, quantize, tuning, resumed);
                        quantized = Quantized(NetworkExport.ToOnnx(subject.Network, spec, form), compress.Steps[i], work);
                        break;
                }
            }

            var model = (quantized ?? NetworkExport.ToOnnx(subject.Network, spec, form)).ToByteArray();
            return new StageResult(model, subject.Network.Sparsity(), new Dictionary<string, byte[]> { [ArtifactFiles.Model] = model });
        }
        finally
        {
            subject.Dispose();
        }
    }

    private static Subject Whole(ParentArtifact parent, Dataset data)
    {
        var network = TrainedNetwork.Load(parent, data);
        return new Subject(parent.Spec.Train!.Architecture, network, WeightMasks.None);
    }

    private Subject Distill(
        CompressionPosition position, Subject subject, DistillSpec distill, ParentArtifact parent, CompressionWork work, FineTuning tuning, CompressionCheckpoint? resumed)
    {
        using var teacher = TrainedNetwork.Load(parent, work.Data);
        foreach (var parameter in teacher.parameters())
        {
            parameter.requires_grad_(false);
        }

        teacher.eval();
        var student = subject;
        if (resumed is null)
        {
            student = Student(distill, work);
            subject.Dispose();
        }

        LogDistilling(distill.Transfer, distill.DataFree, Parameters(teacher), Parameters(student.Network));
        using var transfer = TransferFactory.Create(student.Network, teacher, distill, work.Spec.Seed);
        tuning.Run(position, student, transfer, resumed);
        return student;
    }

    private static Subject Student(DistillSpec distill, CompressionWork work)
    {
        manual_seed(SplitMix64.SeedFor(work.Spec.Seed, "student"));
        return new Subject(distill.Student, NetworkFactory.Create(distill.Student, work.Data), WeightMasks.None);
    }

    private Subject Prune(
        CompressionPosition position, Subject subject, PruneSpec prune, long seed, FineTuning tuning, CompressionCheckpoint? resumed)
    {
        subject = resumed is null ? subject with { Before = null } : subject;
        for (var round = resumed?.Round ?? 1; round <= prune.Rounds; round++)
        {
            var isResumed = round == resumed?.Round;
            if (!isResumed)
            {
                subject = Pruned(subject, prune, PruningSchedule.Sparsity(prune.Sparsity, round, prune.Rounds), seed);
                LogPruned(prune.Granularity, prune.Criterion, subject.Network.Sparsity(), Parameters(subject.Network));
            }

            var epochs = PruningSchedule.Epochs(prune.FineTuneEpochs, round, prune.Rounds);
            if (epochs > 0)
            {
                var before = Enumerable.Range(1, round - 1).Sum(earlier => PruningSchedule.Epochs(prune.FineTuneEpochs, earlier, prune.Rounds));
                tuning.Run(position with { Round = round, EpochsBefore = position.EpochsBefore + before }, subject, epochs, null, isResumed ? resumed : null);
            }
        }

        return subject;
    }

    private static Subject Pruned(Subject subject, PruneSpec prune, double sparsity, long seed)
    {
        if (prune.Granularity != PruneGranularity.Channel)
        {
            var masks = prune.Granularity == PruneGranularity.Element
                ? ElementPruning.Apply(subject.Weights, prune, sparsity, seed)
                : TwoOfFourPruning.Apply(subject.Weights, prune.Criterion, seed);
            subject.Masks.Dispose();
            return subject with { Masks = masks };
        }

        var before = subject.Before ?? subject.Architecture;
        using var whole = NetworkFactory.Create(before, subject.Network.Shape);
        var choice = new ChannelChoice(subject.Network, whole, prune.Criterion, sparsity, seed);
        var (architecture, network) = ChannelPruning.Apply(subject.Architecture, subject.Network, choice);
        // Weights that an earlier step set to zero stay zero in what is left of them.
        var held = subject.Masks.IsEmpty ? WeightMasks.None : WeightMasks.OfZeros(network.Weights.Select(weight => weight.Weight));
        subject.Dispose();
        return new Subject(architecture, network, held) { Before = before };
    }

    /// <summary>Trains on with the weights as they will be after the quantization.</summary>
    private static void TuneRounded(CompressionPosition position, Subject subject, QuantizeSpec quantize, FineTuning tuning, CompressionCheckpoint? resumed)
    {
        if (quantize.FineTuneEpochs > 0)
        {
            var rounding = new StraightThrough(subject.Weights, WeightRounding.For(quantize.Precision, Int8Kernels.Saturate));
            tuning.Run(position, subject, quantize.FineTuneEpochs, rounding, resumed);
        }
    }

    private OnnxModel Quantized(OnnxModel model, CompressionStepSpec step, CompressionWork work)
    {
        try
        {
            var graph = GraphCompression.Apply(model, [step], work.Spec.Seed, work.Data, guarded: false, work.Cancellation);
            foreach (var done in graph.Done)
            {
                LogDone(done);
            }

            foreach (var left in graph.Left)
            {
                LogSkipped(left.Node, left.Operator, left.Reason);
            }

            return graph.Model;
        }
        catch (OnnxFormatException error)
        {
            throw StageException.BadInput(StageReasons.InvalidSpec, $"The network cannot be quantized so: {error.Message}");
        }
    }

    private static long Parameters(Network network) => network.parameters().Sum(parameter => parameter.numel());

    [LoggerMessage(LogLevel.Information, "Pruned by {Granularity}, {Criterion}, sparsity {Sparsity:0.0000}: {Parameters} parameters")]
    private partial void LogPruned(PruneGranularity granularity, PruneCriterion criterion, double sparsity, long parameters);

    [LoggerMessage(LogLevel.Information, "Distilling by transfer {Transfer} (data-free: {DataFree}): teacher of {Teacher} parameters, student of {Student}")]
    private partial void LogDistilling(DistillTransfer transfer, bool dataFree, long teacher, long student);

    [LoggerMessage(LogLevel.Information, "{Done}")]
    private partial void LogDone(string done);

    [LoggerMessage(LogLevel.Information, "The layer {Node} ({Operator}) stays in float: {Reason}")]
    private partial void LogSkipped(string node, string @operator, string reason);
}
