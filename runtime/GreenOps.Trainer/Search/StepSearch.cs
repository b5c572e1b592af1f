using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Search;

/// <summary>
/// Looks for the steps that serve a model best: tries the recipes of the grid one after another until the budget is over,
/// measures what comes out, and keeps the Pareto front. Resumable: what was tried is not tried again.
/// </summary>
/// <param name="search">What is to be small, at what loss, for how long.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where every verdict is told.</param>
internal sealed partial class StepSearch(SearchSpec search, TimeProvider time, ILogger logger)
{
    /// <summary>Makes a model by steps; the number tells it from others, so that it can keep a checkpoint of its own.</summary>
    public required Func<IReadOnlyList<CompressionStepSpec>, int, StageResult> Make { get; init; }

    /// <summary>Measures a model.</summary>
    public required Func<StageResult, VariantProfile> Measure { get; init; }

    /// <summary>The last memory; null at the first run.</summary>
    public required Func<SearchMemory?> Recall { get; init; }

    /// <summary>Remembers.</summary>
    public required Action<SearchMemory> Remember { get; init; }

    /// <summary>The energy used so far, over all runs.</summary>
    public required Func<EnergyUse> Energy { get; init; }

    /// <summary>Searches.</summary>
    /// <param name="parent">The model to begin with.</param>
    /// <param name="recipes">What to try, in this order.</param>
    /// <param name="onTried">Told how many are done.</param>
    /// <param name="cancellationToken">Asks for an early end; what was tried is remembered.</param>
    /// <returns>The best model, which is the parent where nothing beats it, and what there is to tell.</returns>
    public StageResult Run(StageResult parent, IReadOnlyList<SearchRecipe> recipes, Action<int> onTried, CancellationToken cancellationToken)
    {
        var memory = Recall();
        var startedAt = time.GetTimestamp();
        var before = memory?.Spent ?? TimeSpan.Zero;
        memory ??= new SearchMemory { Parent = Point(SearchReport.Nothing, Measure(parent)), Spent = before, Energy = Energy() };
        try
        {
            for (var i = 0; i < recipes.Count && before + time.GetElapsedTime(startedAt) < TimeSpan.FromMinutes(search.BudgetMinutes); i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                onTried(i);
                if (memory.Tried.All(attempt => attempt.Name != recipes[i].Name))
                {
                    memory = Try(memory, recipes[i], i) with { Spent = before + time.GetElapsedTime(startedAt), Energy = Energy() };
                    Remember(memory);
                }
            }
        }
        catch (OperationCanceledException)
        {
            Remember(memory with { Spent = before + time.GetElapsedTime(startedAt), Energy = Energy() });
            throw;
        }

        return Result(parent, recipes, memory);
    }

    private SearchMemory Try(SearchMemory memory, SearchRecipe recipe, int number)
    {
        try
        {
            LogTrying(recipe.Name);
            var made = Make(recipe.Steps, number);
            var point = Point(recipe.Name, Measure(made));
            LogMeasured(recipe.Name, point.Accuracy, point.Figure);
            SearchMemory tried = memory with { Tried = [.. memory.Tried, new SearchAttempt(point.Steps, point.Accuracy, point.Figure, null)] };
            return Select(tried).Chosen?.Steps == recipe.Name ? tried with { Best = new SearchBest(recipe.Name, made.Model, made.Sparsity) } : tried;
        }
        catch (StageException error) when (error.ExitCode == ExitCodes.BadInput)
        {
            // One recipe that does not fit this model is no reason to give up the others.
            LogUnfit(recipe.Name, error.Message);
            return memory with { Tried = [.. memory.Tried, new SearchAttempt(recipe.Name, null, null, error.Message)] };
        }
    }

    private StageResult Result(StageResult parent, IReadOnlyList<SearchRecipe> recipes, SearchMemory memory)
    {
        var selection = Select(memory);
        var report = new SearchReport
        {
            Chosen = selection.Chosen?.Steps ?? SearchReport.Nothing,
            Candidates =
            [
                .. selection.Candidates,
                .. memory.Tried.Where(attempt => attempt.Fault is not null).Select(attempt => new SearchCandidate(attempt.Name, false, $"It cannot be made: {attempt.Fault}")),
                .. recipes.Where(recipe => memory.Tried.All(attempt => attempt.Name != recipe.Name))
                    .Select(recipe => new SearchCandidate(recipe.Name, false, $"Not tried: the {search.BudgetMinutes} minutes were over.")),
            ],
        };
        foreach (var candidate in report.Candidates)
        {
            LogVerdict(candidate.Kept ? "kept" : "dropped", candidate.Steps, candidate.Reason);
        }

        LogChosen(report.Chosen, search.Objective, search.MaxAccuracyLoss);
        var (model, sparsity) = selection.Chosen is null ? (parent.Model, parent.Sparsity) : (memory.Best!.Model, memory.Best.Sparsity);
        return new StageResult(model, sparsity, new Dictionary<string, byte[]>
        {
            [ArtifactFiles.Model] = model,
            [ArtifactFiles.Search] = ContractJson.Write(report),
        })
        {
            Original = parent.Model,
            Search = report,
        };
    }

    private SearchSelection Select(SearchMemory memory) =>
        ParetoSelection.Select(memory.Parent, [.. memory.Tried.Select(attempt => attempt.Point).OfType<SearchPoint>()], search);

    private SearchPoint Point(string steps, VariantProfile profile) => new(steps, profile.Accuracy, search.Objective switch
    {
        SearchObjective.Energy => profile.MillijoulesPerInference,
        SearchObjective.Latency => profile.LatencyP50Microseconds,
        _ => profile.Bytes,
    });

    [LoggerMessage(LogLevel.Information, "Trying {Steps}")]
    private partial void LogTrying(string steps);

    [LoggerMessage(LogLevel.Information, "Measured {Steps}: accuracy {Accuracy:0.0000}, figure {Figure:0.######}")]
    private partial void LogMeasured(string steps, double accuracy, double figure);

    [LoggerMessage(LogLevel.Information, "{Steps} does not fit this model: {Reason}")]
    private partial void LogUnfit(string steps, string reason);

    [LoggerMessage(LogLevel.Information, "Search {Verdict} {Steps}: {Reason}")]
    private partial void LogVerdict(string verdict, string steps, string reason);

    [LoggerMessage(LogLevel.Information, "Search takes {Steps} for {Objective}, at most {Loss} of accuracy lost (none is the full model as it is)")]
    private partial void LogChosen(string steps, SearchObjective objective, double loss);
}
