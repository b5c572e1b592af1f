using System.Text.RegularExpressions;
using GreenOps.Contract;
using GreenOps.Trainer.Compression;

namespace GreenOps.Trainer.Stages;

/// <summary>Reads and checks a stage's document.</summary>
public static partial class StageSpecReader
{
    /// <summary>Reads <c>stage.json</c>.</summary>
    /// <exception cref="StageException">It cannot be read, or contradicts itself.</exception>
    public static StageSpec Read(string path)
    {
        try
        {
            var spec = ContractJson.Read<StageSpec>(File.ReadAllBytes(path), Path.GetFileName(path));
            return Fault(spec) is { } fault ? throw Invalid($"{path}: {fault}") : spec;
        }
        catch (ContractException error)
        {
            throw Invalid(error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"{path} cannot be read: {error.Message}");
        }
    }

    private static string? Fault(StageSpec spec) => spec switch
    {
        { SchemaVersion: not StageSpec.CurrentSchemaVersion } =>
            $"schemaVersion is '{spec.SchemaVersion}'; this trainer reads '{StageSpec.CurrentSchemaVersion}'. Use images of one version.",
        _ when Unnamed(spec) is { } fault => fault,
        { Power: var power } when !power.CanBe() =>
            FormattableString.Invariant($"power is {power.IdleWattsPerCore} W idle and {power.PeakWattsPerCore} W peak per core; idle must be 0 or more and peak not below it."),
        { Dataset.HoldoutPercent: < 1 or > 50 } => $"dataset.holdoutPercent is {spec.Dataset.HoldoutPercent}; it must be 1 to 50.",
        _ when new object?[] { spec.Train, spec.Import, spec.Compress }.Count(kind => kind is not null) != 1 => "set exactly one of train, import and compress.",
        { Train: not null, Dataset: null } => "dataset is missing; a training needs one.",
        { Train: { } train } => TrainSpecFaults.Of(train),
        { Import: { } import } => Fault(import),
        { Compress: { } compress } => Fault(compress),
        _ => null,
    };

    /// <summary>Names become folders of the store: none may be empty, hidden, or lead out of it.</summary>
    private static string? Unnamed(StageSpec spec)
    {
        (string Field, string Value)[] names =
        [
            ("namespace", spec.Namespace), ("model", spec.Model), ("stage", spec.Stage), ("revision", spec.Revision),
            ("compress.parentStage", spec.Compress?.ParentStage ?? StageNames.Train),
            ("compress.parentRevision", spec.Compress?.ParentRevision ?? "0"),
        ];
        return names.Where(name => !FolderName().IsMatch(name.Value))
            .Select(name => $"{name.Field} is '{name.Value}'; it must be lower-case letters, digits, '-' and '.', with a letter or digit first and last.")
            .FirstOrDefault();
    }

    private static string? Fault(ImportSpec import)
    {
        // Refuses what has another form with a sentence of its own.
        _ = ModelUri.Parse(import.Uri);
        return import.Sha256 is { } sha256 && !Sha256().IsMatch(sha256) ? $"model.sha256 is '{sha256}'; it must be 64 lower-case hexadecimal digits." : null;
    }

    private static string? Fault(CompressSpec compress)
    {
        for (var i = 0; i < compress.Steps.Count; i++)
        {
            var step = compress.Steps[i];
            var fault = step switch
            {
                _ when new object?[] { step.Prune, step.Quantize, step.Distill }.Count(kind => kind is not null) != 1 => "set exactly one of prune, quantize and distill.",
                { Prune: { } prune } => CompressionFaults.Of(prune),
                { Quantize: not null } when i < compress.Steps.Count - 1 => "quantize must be the last step: a quantized network cannot be pruned or quantized again.",
                { Quantize: { } quantize } => CompressionFaults.Of(quantize),
                { Distill: not null } when i > 0 => "distill must be the first step: it makes the network that the steps after it compress.",
                _ => CompressionFaults.Of(step.Distill!),
            };
            if (fault is not null)
            {
                return $"compress.steps[{i}]: {fault}";
            }
        }

        return compress switch
        {
            { Search: not null, Steps.Count: > 0 } => "set only one of compress.steps and compress.search.",
            { Search.MaxAccuracyLoss: not (>= 0 and <= 1) } => FormattableString.Invariant($"compress.search.maxAccuracyLoss is {compress.Search.MaxAccuracyLoss}; it must be from 0 to 1."),
            { Search.BudgetMinutes: < 1 } => $"compress.search.budgetMinutes is {compress.Search.BudgetMinutes}; it must be 1 or more.",
            { Search: null, Steps.Count: 0 } => "compress.steps is empty; name at least one step.",
            { BatchSize: { } batchSize, Optimizer: { } optimizer } => TrainSpecFaults.Of(batchSize, optimizer),
            _ when compress.Steps.Any(step => CompressionWork.EpochsOf(step) > 0) => "compress.batchSize and compress.optimizer are missing; a step that trains needs both.",
            _ => null,
        };
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex FolderName();

    [GeneratedRegex(@"^[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sha256();

    private static StageException Invalid(string message) => StageException.BadInput(StageReasons.InvalidSpec, message);
}
