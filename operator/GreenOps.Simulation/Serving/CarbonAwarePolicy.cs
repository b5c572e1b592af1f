using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Serving;

namespace GreenOps.Simulation.Serving;

/// <summary>The operator's own plan.</summary>
internal sealed class CarbonAwarePolicy(ServingTask task) : IServingPolicy
{
    private readonly TimeSpan window = TimeSpan.FromHours(task.WindowHours);
    private readonly TimeSpan part = TimeSpan.FromHours(task.WindowHours) / LoadProfile.Parts;

    private CarbonOutlook? outlook;
    private int outlookHour = -1;
    private LoadProfile load = LoadProfile.Empty;
    private int? lowPercent;
    private DateTimeOffset? lowSince;
    private double seen;
    private double spent;
    private double seenInPart;
    private TimeSpan partStart;

    public ServingStep Decide(in ServingMoment moment)
    {
        if (outlook is null || outlookHour != moment.Hour)
        {
            outlook = task.Carbon.Outlook(moment.Hour, task.Forecast.At(moment.Hour, HoursLeft(moment)), "Simulated");
            outlookHour = moment.Hour;
        }

        var decision = ServingPlan.Decide(new ServingInput(
            task.Pair,
            outlook,
            moment.Now,
            new MixWindow(window, moment.Elapsed, seen, spent),
            moment.Rate,
            load,
            lowPercent,
            ReplicaRule.Input(task.Fleet, moment, lowSince)));
        (lowPercent, lowSince) = (decision.LowPercent, decision.Replicas.LowSince);
        return new ServingStep(decision.LowPercent / 100.0, decision.Replicas.Replicas);
    }

    public void Served(in ServingMoment moment, double requests, double low, bool isLastOfWindow)
    {
        (seen, spent, seenInPart) = (seen + requests, spent + low, seenInPart + requests);
        var until = moment.Elapsed + task.Requests.Step;
        if (until - partStart >= part)
        {
            load = load.After(seenInPart / (until - partStart).TotalSeconds);
            (seenInPart, partStart) = (0, until);
        }

        if (isLastOfWindow)
        {
            (seen, spent, partStart) = (0, 0, TimeSpan.Zero);
        }
    }

    private int HoursLeft(in ServingMoment moment) => task.WindowHours - (int)moment.Elapsed.TotalHours;
}
