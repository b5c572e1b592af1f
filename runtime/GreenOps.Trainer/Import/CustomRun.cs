using System.Globalization;
using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Import;

/// <summary>
/// The run of a training container of the user's own, which ended just before this process began. Nothing meters another
/// container, so it is charged as if every core set aside had been busy all the time: the stated peak watts of each core,
/// times the time from its start to ours. Runs that failed or were interrupted before it are not known here: the operator
/// charges them by the times of their pods.
/// </summary>
internal static class CustomRun
{
    private const string Format = "O";

    /// <summary>Notes that a run begins: what <c>greenops-trainer stamp</c> does.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Stamp(string path, TimeProvider time)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File.WriteAllText(path, time.GetUtcNow().ToString(Format, CultureInfo.InvariantCulture));
    }

    /// <summary>When the run began.</summary>
    /// <param name="custom">Where that was noted.</param>
    /// <param name="now">The present time, the latest that counts.</param>
    /// <exception cref="StageException">It was not noted.</exception>
    public static DateTimeOffset StartedAt(CustomTrainingSpec custom, DateTimeOffset now)
    {
        var path = ContainerPaths.Resolve(custom.StartedFile);
        var text = Read(path);
        var noted = DateTimeOffset.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var startedAt)
            ? startedAt
            : throw Unknown($"{path} holds '{text[..Math.Min(text.Length, 40)]}', which is no time.");
        return noted < now ? noted : now;
    }

    /// <summary>What the run is charged.</summary>
    public static EnergyUse Energy(PowerSpec power, double cores, TimeSpan wall)
    {
        var busy = cores * wall.TotalSeconds;
        return new EnergyUse(ModelEnergyMeter.Joules(power, cores, wall.TotalSeconds, busy), EnergySources.Model, wall.TotalSeconds, busy);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unknown(error.Message);
        }
    }

    private static StageException Unknown(string why) => StageException.BadInput(
        StageReasons.InvalidSpec, $"It is not known when the training container began: {why} Its pod must run 'greenops-trainer stamp' before it.");
}
