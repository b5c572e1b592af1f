namespace GreenOps.Trainer.Stages;

/// <summary>Where a stage reads and writes.</summary>
/// <param name="StageFile">The stage's document.</param>
/// <param name="Store">Root of the artifact store.</param>
/// <param name="TerminationLog">Where the report goes.</param>
/// <param name="MetricsPort">Port of the progress metrics; 0 picks a free one.</param>
public sealed record StageSettings(string StageFile, string Store, string TerminationLog, int MetricsPort);
