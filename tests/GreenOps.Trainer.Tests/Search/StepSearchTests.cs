using GreenOps.Trainer.Search;
using GreenOps.Trainer.Stages;
using Microsoft.Extensions.Time.Testing;

namespace GreenOps.Trainer.Tests.Search;

public sealed class StepSearchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<SearchMemory> _memories = [];
    private readonly List<string> _made = [];

    [Fact]
    public void Begins_nothing_more_when_the_budget_is_over_and_says_what_was_not_tried()
    {
        var result = Search(each: TimeSpan.FromMinutes(2), budgetMinutes: 3);

        Assert.Equal(["quantize Float16", "quantize Int4"], _made);
        Assert.Contains(result.Search!.Candidates, candidate => candidate is { Steps: "quantize Binary", Kept: false, Reason: "Not tried: the 3 minutes were over." });
    }

    [Fact]
    public void The_budget_counts_the_runs_before()
    {
        Search(each: TimeSpan.FromMinutes(2), budgetMinutes: 3);
        _made.Clear();

        Search(each: TimeSpan.FromMinutes(2), budgetMinutes: 3, memory: _memories[^1]);

        Assert.Empty(_made);
    }

    [Fact]
    public void The_best_model_is_remembered_when_it_was_found_in_an_earlier_run()
    {
        var whole = Search();
        var resumed = Search(memory: SearchMemory.FromBytes(_memories[1].ToBytes()));

        Assert.Equal("quantize Int4", whole.Search!.Chosen);
        Assert.Equal(whole.Search.Candidates, resumed.Search!.Candidates);
        Assert.Equal(whole.Model, resumed.Model);
    }

    [Fact]
    public void A_recipe_that_does_not_fit_is_dropped_with_its_reason()
    {
        var result = Search(unfit: "quantize Int4");

        Assert.Equal("quantize Float16", result.Search!.Chosen);
        Assert.Contains(result.Search.Candidates, candidate => candidate is { Steps: "quantize Int4", Kept: false, Accuracy: null, Reason: "It cannot be made: There is no such operator." });
    }

    [Fact]
    public void What_can_be_mended_by_another_try_ends_the_search() =>
        Assert.Throws<StageException>(() => Search(unfit: "quantize Int4", exitCode: ExitCodes.InternalError));

    /// <summary>Three recipes: of half, a quarter and an eighth of the size, the last at the price of too much accuracy.</summary>
    private StageResult Search(
        TimeSpan each = default, int budgetMinutes = 30, SearchMemory? memory = null, string? unfit = null, int exitCode = ExitCodes.BadInput)
    {
        SearchRecipe[] recipes = [.. ((QuantizePrecision[])[QuantizePrecision.Float16, QuantizePrecision.Int4, QuantizePrecision.Binary]).Select(precision => new SearchRecipe(
            [new CompressionStepSpec { Quantize = new QuantizeSpec { Precision = precision, Mode = QuantizeMode.Static, CalibrationSamples = 1 } }]))];
        return new StepSearch(new SearchSpec(SearchObjective.Size, 0.01, budgetMinutes), _time, new Workplace.Log(_ => { }))
        {
            Make = (steps, number) =>
            {
                var name = new SearchRecipe(steps).Name;
                _made.Add(name);
                _time.Advance(each);
                return name == unfit
                    ? throw new StageException(StageReasons.ModelInvalid, "There is no such operator.", exitCode)
                    : Model(800 >> (number + 1));
            },
            Measure = made => Profile(made.Model.Length, made.Model.Length < 200 ? 0.5 : 0.9),
            Recall = () => memory,
            Remember = _memories.Add,
            Energy = () => new EnergyUse(1, EnergySources.Model, 1, 1),
        }.Run(Model(800), recipes, _ => { }, CancellationToken.None);
    }

    private static StageResult Model(int bytes) => new(new byte[bytes], 0, new Dictionary<string, byte[]>());

    private static VariantProfile Profile(int bytes, double accuracy) => new()
    {
        Accuracy = accuracy,
        Examples = 10,
        Bytes = bytes,
        CompressedBytes = bytes,
        LatencyP50Microseconds = 1,
        LatencyP99Microseconds = 1,
        ThroughputPerSecond = 1,
        MillijoulesPerInference = 1,
        EnergySource = EnergySources.Model,
        Sparsity = 0,
    };
}
