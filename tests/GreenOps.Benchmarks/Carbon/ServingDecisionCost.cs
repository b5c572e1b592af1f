using System.Diagnostics;
using GreenOps.Decisions;
using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Serving;

namespace GreenOps.Benchmarks.Carbon;

/// <summary>What one serving decision costs in time and memory.</summary>
internal static class ServingDecisionCost
{
    private const int Warmup = 20_000;
    private const int Decisions = 100_000;

    public static IEnumerable<CarbonGoal> Measure()
    {
        var midnight = new DateTimeOffset(2022, 1, 3, 0, 0, 0, TimeSpan.Zero);
        GramsPerKilowattHour[] day = [.. Enumerable.Range(0, 24).Select(hour => new GramsPerKilowattHour(300 + (150 * Math.Sin(hour))))];
        var load = LoadProfile.Empty;
        for (var part = 0; part < LoadProfile.Parts; part++)
        {
            load = load.After(5 + part);
        }

        var input = new ServingInput(
            VariantPair.Around([new MixVariant("full", 0.90, new Joules(4)), new MixVariant("slim", 0.88, new Joules(2))], 0.89),
            new CarbonOutlook(SignalKind.Average, midnight, day[0], false, TimeSpan.FromHours(1), day, "Simulated"),
            midnight,
            new MixWindow(TimeSpan.FromHours(24), TimeSpan.Zero, 0, 0),
            10,
            load,
            50,
            new ReplicaInput(4, 4, 4, 0.5, 0.7, 1, 10, midnight, null));
        Decide(input, Warmup);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.GetTimestamp();
        Decide(input, Decisions);
        var time = Stopwatch.GetElapsedTime(clock).TotalMicroseconds / Decisions;
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Decisions;
        yield return new CarbonGoal("one serving decision, a day ahead by the hour", FormattableString.Invariant($"{time:0.00} us"), "under 50 us", time < 50);
        yield return new CarbonGoal("the same, allocated", FormattableString.Invariant($"{bytes:0.##} bytes"), "0", bytes == 0);
    }

    private static void Decide(in ServingInput input, int times)
    {
        for (var i = 0; i < times; i++)
        {
            ServingPlan.Decide(input with { Now = input.Outlook.Now.AddSeconds(i % 3600), LowPercent = i % 100 });
        }
    }
}
