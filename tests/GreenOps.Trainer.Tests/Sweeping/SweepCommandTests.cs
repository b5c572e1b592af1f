using GreenOps.Trainer.Sweeping;

namespace GreenOps.Trainer.Tests.Sweeping;

public sealed class SweepCommandTests : IDisposable
{
    private readonly string _store = Directory.CreateTempSubdirectory("greenops-sweep-").FullName;

    public void Dispose() => Directory.Delete(_store, recursive: true);

    [Fact]
    public void Says_what_it_removed()
    {
        Directory.CreateDirectory(Path.Join(_store, "shop", "fashion", "train-0123456789"));
        Directory.CreateDirectory(Path.Join(_store, "shop", "fashion", "train-abcdef0123"));

        var (code, output, errors) = Run("shop", "fashion", "train-abcdef0123");

        Assert.Equal((ExitCodes.Done, "Removed train-0123456789.\n", ""), (code, output, errors));
        Assert.True(Directory.Exists(Path.Join(_store, "shop", "fashion", "train-abcdef0123")));
    }

    [Theory]
    [InlineData("..", "fashion", "train-1", "--namespace is '..'")]
    [InlineData("shop", "fashion/../other", "train-1", "--model is 'fashion/../other'")]
    [InlineData("shop", "fashion", "", "--keep is empty")]
    [InlineData("shop", "fashion", "../train-1", "--keep names '../train-1'")]
    public void Refuses_what_could_reach_beyond_the_model(string space, string model, string keep, string sentence)
    {
        Directory.CreateDirectory(Path.Join(_store, "shop", "fashion", "train-1"));

        var (code, _, errors) = Run(space, model, keep);

        Assert.Equal(ExitCodes.BadInput, code);
        Assert.StartsWith(sentence, errors);
        Assert.True(Directory.Exists(Path.Join(_store, "shop", "fashion", "train-1")));
    }

    private (int Code, string Output, string Errors) Run(string space, string model, string keep)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter errors = new() { NewLine = "\n" };
        var code = SweepCommand.Run(_store, space, model, new SweepCommand.Choice(keep.Split(',', StringSplitOptions.RemoveEmptyEntries), [], 0), output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
