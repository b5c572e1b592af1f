namespace GreenOps.Benchmarks.Serving;

/// <summary>One row of the table of goals.</summary>
/// <param name="Name">What was compared.</param>
/// <param name="Value">What came out.</param>
/// <param name="PerCpu">The same by processor seconds instead of wall time; null where that says nothing.</param>
/// <param name="Goal">What it should be.</param>
/// <param name="Met">Whether it is; null where nothing could be measured.</param>
/// <param name="Note">What was compared, in figures.</param>
internal sealed record GoalFigure(string Name, string Value, string? PerCpu, string Goal, bool? Met, string Note);

/// <summary>Throughput of one way to ask.</summary>
/// <param name="Protocol">How.</param>
/// <param name="Batching">Whether requests run together.</param>
/// <param name="Connections">By how many connections.</param>
/// <param name="Rate">Requests a second.</param>
/// <param name="P50">Median latency, in seconds.</param>
/// <param name="P99">99th percentile of the latency, in seconds.</param>
/// <param name="ServerMicroseconds">Processor time of the server a request.</param>
/// <param name="LoadMicroseconds">Processor time of the load a request.</param>
internal sealed record ThroughputFigure(
    string Protocol, bool Batching, int Connections, double Rate, double P50, double P99, double ServerMicroseconds, double LoadMicroseconds);

/// <summary>Everything that was measured.</summary>
internal sealed record ServingFigures(IReadOnlyList<GoalFigure> Goals, IReadOnlyList<ThroughputFigure> Throughput, string Machine);
