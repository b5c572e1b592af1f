using FsCheck;

namespace GreenOps.Decisions.Tests.Training;

/// <summary>Forecasts that are revised beyond recognition in every slot.</summary>
public sealed record NonEmptyLevels(NonEmptyArray<byte> Levels)
{
    public double[] From(int slot)
    {
        var levels = Levels.Get;
        var length = 1 + (slot % levels.Length);
        return [.. Enumerable.Range(0, length).Select(i => (double)levels[((slot * 7) + i) % levels.Length])];
    }
}
