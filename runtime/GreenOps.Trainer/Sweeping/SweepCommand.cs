using System.CommandLine;
using System.Text.RegularExpressions;
using GreenOps.Artifacts;
using GreenOps.Contract;

namespace GreenOps.Trainer.Sweeping;

/// <summary><c>greenops-trainer sweep</c>: removes from the store what a model no longer keeps.</summary>
public static partial class SweepCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        Option<string> store = new("--store") { Description = "Root of the artifact store.", DefaultValueFactory = _ => ContainerPaths.Store };
        Option<string> space = new("--namespace") { Description = "Namespace of the model.", Required = true };
        Option<string> model = new("--model") { Description = "Name of the model.", Required = true };
        Option<string> keep = new("--keep") { Description = "Artifacts to keep, by their folders' names, with commas between them; at least one.", Required = true };
        Command sweep = new("sweep", "Removes a model's artifacts but those to keep, and what killed stages left. Example: greenops-trainer sweep --store ./artifacts --namespace default --model fashion --keep train-0123456789,int8-0123456789")
        {
            store, space, model, keep,
        };
        sweep.SetAction(result => Run(
            ContainerPaths.Resolve(result.GetRequiredValue(store)),
            result.GetRequiredValue(space),
            result.GetRequiredValue(model),
            result.GetRequiredValue(keep).Split(',', StringSplitOptions.RemoveEmptyEntries),
            Console.Out,
            Console.Error));
        return sweep;
    }

    /// <summary>Sweeps.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(string store, string space, string model, IReadOnlyCollection<string> keep, TextWriter output, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(keep);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(errors);
        if (Fault(space, model, keep) is { } fault)
        {
            errors.WriteLine(fault);
            return ExitCodes.BadInput;
        }

        try
        {
            var removed = StoreSweep.Run(Path.Join(store, space, model), keep.ToHashSet(StringComparer.Ordinal));
            output.WriteLine(removed.Count > 0 ? $"Removed {string.Join(", ", removed)}." : "There was nothing to remove.");
            return ExitCodes.Done;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"The store at {store} cannot be swept: {error.Message}");
            return ExitCodes.InternalError;
        }
    }

    private static string? Fault(string space, string model, IReadOnlyCollection<string> keep) => (space, model) switch
    {
        _ when !Name().IsMatch(space) => $"--namespace is '{space}'; give the name of a namespace.",
        _ when !Name().IsMatch(model) => $"--model is '{model}'; give the name of a model.",
        _ when keep.Count == 0 => "--keep is empty; name at least one artifact to keep. To remove all of them, delete the claim.",
        _ => keep.FirstOrDefault(folder => !Folder().IsMatch(folder)) is { } folder
            ? $"--keep names '{folder}'; an artifact's folder is its stage and its revision, such as train-0123456789."
            : null,
    };

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    private static partial Regex Name();

    [GeneratedRegex("^[a-z]([-a-z0-9]*)-[a-z0-9]+$")]
    private static partial Regex Folder();
}
