using GreenOps.Trainer.Search;

namespace GreenOps.Trainer.Tests.Search;

/// <summary>The stage that looks for steps, on real data.</summary>
public sealed class SearchStageTests : IDisposable
{
    private readonly Workplace _place = new();
    private readonly List<string> _log = [];

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Finds_the_smallest_of_a_trained_network_within_the_loss_and_says_why_of_all()
    {
        var parent = Specs.Training(_place.Dataset);
        Assert.Equal(ExitCodes.Done, _place.Run(parent));
        var full = _place.Report.Profile!;
        var spec = Search(parent, maxAccuracyLoss: 0.2);

        Assert.Equal(ExitCodes.Done, Run(spec));

        var report = _place.Report;
        var recipes = SearchGrid.For(parent, spec.Compress!.Search!);
        Assert.True(report.Profile!.Bytes < full.Bytes / 3, $"{report.Search!.Chosen} has {report.Profile.Bytes} bytes of {full.Bytes}.");
        Assert.True(report.Profile.Accuracy >= full.Accuracy - 0.2);
        Assert.Equal(recipes.Count, report.Search!.Candidates.Count + report.Search.Omitted);
        Assert.All(report.Search.Candidates, candidate => Assert.NotEmpty(candidate.Reason));
        Assert.Equal(report.Search.Chosen, report.Search.Candidates[0].Steps);
        Assert.Equal(report.Profile.Bytes, report.Search.Candidates[0].Figure);

        var all = ContractJson.Read<SearchReport>(File.ReadAllBytes(_place.Artifact(spec).File(ArtifactFiles.Search)), ArtifactFiles.Search);
        Assert.Equal(recipes.Select(recipe => recipe.Name).Order(), all.Candidates.Select(candidate => candidate.Steps).Order());
        Assert.All(all.Candidates, candidate => Assert.Contains(_log, line => line.Contains($"{candidate.Steps}: {candidate.Reason}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Goes_on_where_it_was_stopped_without_trying_anything_twice()
    {
        var parent = Specs.Training(_place.Dataset);
        Assert.Equal(ExitCodes.Done, _place.Run(parent));
        var spec = Search(parent, maxAccuracyLoss: 0.2);

        Assert.Equal(ExitCodes.Interrupted, _place.RunUntil(spec, "Fine-tuning epoch 1/2"));
        var stopped = _place.Report;
        Assert.Equal(ExitCodes.Done, Run(spec));

        var recipes = SearchGrid.For(parent, spec.Compress!.Search!).Select(recipe => $"Trying {recipe.Name}").ToList();
        var first = recipes.FindIndex(line => line.Contains("prune", StringComparison.Ordinal));
        Assert.Equal(recipes[first..], _log.Where(line => line.StartsWith("Trying", StringComparison.Ordinal)));
        Assert.Contains(_log, line => line.StartsWith("Resuming from the checkpoint after epoch 1", StringComparison.Ordinal));
        Assert.True(_place.Report.Energy.Joules > stopped.Energy.Joules);
        Assert.False(File.Exists(_place.CheckpointOf(spec)));
    }

    [Fact]
    public void Searches_for_an_imported_model_by_its_fidelity_and_keeps_it_where_nothing_is_good_enough()
    {
        var parent = Specs.Import($"file://{_place.Put("model.onnx", ReadyModels.Classifier().ToByteArray())}");
        Assert.Equal(ExitCodes.Done, _place.Run(parent));
        Assert.Equal(ExitCodes.Done, Run(Search(parent, maxAccuracyLoss: 0.5)));
        var found = _place.Report;

        Assert.Equal(AccuracySource.Fidelity, found.Profile!.AccuracySource);
        Assert.NotEqual(SearchReport.Nothing, found.Search!.Chosen);
        Assert.True(found.Profile.Bytes < _place.ModelOf(parent).Length);

        var impossible = Search(parent, maxAccuracyLoss: 0) with { Revision = "c2" };
        var kept = impossible with { Compress = impossible.Compress! with { Search = new SearchSpec(SearchObjective.Size, 0, 1) } };
        Assert.Equal(ExitCodes.Done, Run(kept));
        Assert.All(_place.Report.Search!.Candidates.Where(candidate => candidate.Accuracy < 1), candidate => Assert.False(candidate.Kept));
    }

    [Theory]
    [InlineData(1.5, 30, "compress.search.maxAccuracyLoss is 1.5")]
    [InlineData(0.1, 0, "compress.search.budgetMinutes is 0")]
    public void A_search_that_makes_no_sense_is_refused(double loss, int minutes, string sentence)
    {
        var spec = Search(Specs.Training(_place.Dataset), loss);

        Assert.Equal(ExitCodes.BadInput, Run(spec with { Compress = spec.Compress! with { Search = new SearchSpec(SearchObjective.Size, loss, minutes) } }));
        Assert.Contains(sentence, _place.Report.Message);
    }

    private static StageSpec Search(StageSpec parent, double maxAccuracyLoss)
    {
        var spec = Specs.Compression(parent, StageNames.Searched);
        return spec with { Compress = spec.Compress! with { Search = new SearchSpec(SearchObjective.Size, maxAccuracyLoss, 30) } };
    }

    private int Run(StageSpec spec) => _place.Run(spec, new Workplace.Log(_log.Add));
}
