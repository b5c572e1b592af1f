using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Progress;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Search;

/// <summary>The stage that looks for the steps of a variant by itself.</summary>
internal sealed class SearchStage(StageProgress progress, TimeProvider time, ILogger logger)
{
    /// <summary>Searches.</summary>
    /// <param name="spec">The stage.</param>
    /// <param name="parent">What it starts from.</param>
    /// <param name="store">Where checkpoints are kept.</param>
    /// <param name="energy">Energy of all runs.</param>
    /// <param name="compress">Compresses the parent, with its own checkpoint in the store that it gets.</param>
    /// <param name="measure">Measures what that made.</param>
    /// <param name="cancellationToken">Asks for a checkpoint and an early end.</param>
    public StageResult Run(
        StageSpec spec,
        ParentArtifact parent,
        FileStore store,
        EnergyAccount energy,
        Func<CompressSpec, FileStore, StageResult> compress,
        Func<StageResult, VariantProfile> measure,
        CancellationToken cancellationToken)
    {
        var search = spec.Compress!.Search!;
        var file = new CheckpointFile(store, spec, logger);
        var memory = file.Read() is { } saved ? SearchMemory.FromBytes(saved) : null;
        if (memory is not null)
        {
            energy.Add(memory.Energy);
        }

        var recipes = SearchGrid.For(parent.Spec, search);
        return new StepSearch(search, time, logger)
        {
            // Inside the checkpoint of the search, so that it goes with it.
            Make = (steps, number) => compress(
                spec.Compress with { Steps = steps, Search = null }, new FileStore(Path.Join(store.CheckpointFolder(spec), $"recipe-{number}"))),
            Measure = measure,
            Recall = () => memory,
            Remember = tried => file.Write(tried.ToBytes()),
            Energy = energy.Read,
        }.Run(parent.Original(), recipes, tried => progress.BeginPart((double)tried / recipes.Count, 1.0 / recipes.Count), cancellationToken);
    }
}
