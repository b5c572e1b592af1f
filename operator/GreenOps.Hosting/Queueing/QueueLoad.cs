namespace GreenOps.Hosting;

/// <summary>What a queue and its workers have on their hands.</summary>
/// <param name="Depth">Keys waiting for a worker.</param>
/// <param name="Unfinished">How long the keys being worked on have been so, all together.</param>
/// <param name="Longest">How long the one being worked on longest has been so.</param>
internal readonly record struct QueueLoad(int Depth, TimeSpan Unfinished, TimeSpan Longest);
