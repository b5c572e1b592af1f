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
        Option<string> discard = new("--discard") { Description = "Artifacts that are to go, however new, with commas between them.", DefaultValueFactory = _ => "" };
        Option<int> newest = new("--newest") { Description = "How many artifacts of a stage are kept before one goes that neither list names.", DefaultValueFactory = _ => 0 };
        Command sweep = new("sweep", "Removes a model's artifacts but those to keep, and what killed stages left. Example: greenops-trainer sweep --store ./artifacts --namespace default --model fashion --keep train-0123456789,int8-0123456789 --discard train-abcdef0123 --newest 3")
        {
            store, space, model, keep, discard, newest,
        };
        sweep.SetAction(result => Run(
            ContainerPaths.Resolve(result.GetRequiredValue(store)),
            result.GetRequiredValue(space),
            result.GetRequiredValue(model),
            new Choice(Names(result.GetRequiredValue(keep)), Names(result.GetRequiredValue(discard)), result.GetRequiredValue(newest)),
            Console.Out,
            Console.Error));
        return sweep;
    }

    /// <summary>Sweeps.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(string store, string space, string model, Choice choice, TextWriter output, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(choice);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(errors);
        if (Fault(space, model, choice) is { } fault)
        {
            errors.WriteLine(fault);
            return ExitCodes.BadInput;
        }

        try
        {
            var removed = StoreSweep.Run(Path.Join(store, space, model), choice.Keep.ToHashSet(StringComparer.Ordinal), choice.Discard.ToHashSet(StringComparer.Ordinal), choice.Newest);
            output.WriteLine(removed.Count > 0 ? $"Removed {string.Join(", ", removed)}." : "There was nothing to remove.");
            return ExitCodes.Done;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"The store at {store} cannot be swept: {error.Message}");
            return ExitCodes.InternalError;
        }
    }

    private static string? Fault(string space, string model, Choice choice) => (space, model) switch
    {
        _ when !Name().IsMatch(space) => $"--namespace is '{space}'; give the name of a namespace.",
        _ when !Name().IsMatch(model) => $"--model is '{model}'; give the name of a model.",
        _ when choice.Keep.Count == 0 => "--keep is empty; name at least one artifact to keep. To remove all of them, delete the claim.",
        _ when choice.Newest < 0 => $"--newest is {choice.Newest}; it must be 0 or more.",
        _ => Fault("--keep", choice.Keep) ?? Fault("--discard", choice.Discard),
    };

    private static string? Fault(string option, IReadOnlyCollection<string> folders) => folders.FirstOrDefault(folder => !Folder().IsMatch(folder)) is { } folder
        ? $"{option} names '{folder}'; an artifact's folder is its stage and its revision, such as train-0123456789."
        : null;

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What goes and what stays.</summary>
    /// <param name="Keep">Artifacts to keep; at least one.</param>
    /// <param name="Discard">Artifacts that are to go.</param>
    /// <param name="Newest">How many of a stage are kept before one goes that neither names.</param>
    public sealed record Choice(IReadOnlyCollection<string> Keep, IReadOnlyCollection<string> Discard, int Newest);

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    private static partial Regex Name();

    [GeneratedRegex("^[a-z]([-a-z0-9]*)-[a-z0-9]+$")]
    private static partial Regex Folder();
}
