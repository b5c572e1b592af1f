using System.CommandLine;
using GreenOps.Contract;

namespace GreenOps.Trainer.Import;

/// <summary><c>greenops-trainer stamp</c>: the first container of a pod in which a user's own container trains.</summary>
internal static class StampCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string> file = new("--file") { Description = "Where to write; its folder is made when it is not there.", DefaultValueFactory = _ => ContainerPaths.Started };
        Command stamp = new("stamp", "Notes the present time in a file, so that the import that follows can tell how long the training container before it ran. Example: greenops-trainer stamp --file /workspace/started")
        {
            file,
        };
        stamp.SetAction(result => Run(InFolder(result.GetRequiredValue(file))));
        return stamp;
    }

    /// <summary>The file is yet to be written: its folder tells where it lies.</summary>
    private static string InFolder(string path) =>
        Path.Join(ContainerPaths.Resolve(Path.GetDirectoryName(Path.GetFullPath(path))!), Path.GetFileName(path));

    private static int Run(string path)
    {
        try
        {
            CustomRun.Stamp(path, TimeProvider.System);
            return ExitCodes.Done;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"--file is '{path}' and cannot be written: {error.Message}");
            return ExitCodes.InternalError;
        }
    }
}
