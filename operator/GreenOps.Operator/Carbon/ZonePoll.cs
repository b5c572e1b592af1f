namespace GreenOps.Operator.Carbon;

/// <summary>Why a poll gave nothing.</summary>
/// <param name="Reason">One of <see cref="CarbonFaults"/>.</param>
/// <param name="Message">A sentence.</param>
public sealed record CarbonFault(string Reason, string Message);

/// <summary>The last word of a zone's provider: a reading, a fault, or neither when it was not time to ask.</summary>
/// <param name="Reading">What it said; null when it gave nothing or was not asked.</param>
/// <param name="Fault">Why it gave nothing.</param>
/// <param name="NextAt">When it may be asked again; null where nothing is asked, because the data are here.</param>
public sealed record ZonePoll(CarbonReading? Reading, CarbonFault? Fault, DateTimeOffset? NextAt);
