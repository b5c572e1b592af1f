using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Desired;

namespace GreenOps.Operator.Planning;

/// <summary>The words for the stage that the full model comes from: a training, or the import of a ready model.</summary>
/// <param name="Stored">Reason of the Trained condition once it is done.</param>
/// <param name="Running">The same reason while it runs.</param>
/// <param name="Waiting">Reason of the Compressed condition before it is done.</param>
/// <param name="WaitingMessage">The same in a sentence.</param>
/// <param name="Noun">What it is.</param>
/// <param name="Phase">The phase while it runs.</param>
public sealed record RootWords(string Stored, string Running, string Waiting, string WaitingMessage, string Noun, ModelPhase Phase)
{
    private static readonly RootWords Training = new(
        StageReasons.Completed, "Training", "WaitingForTraining", "Variants are made once the training is stored.", "Training", ModelPhase.Training);

    private static readonly RootWords Import = new(
        "Imported", "Importing", "WaitingForImport", "Variants are made once the model is imported.", "Import", ModelPhase.Importing);

    /// <summary>The words for a stage.</summary>
    public static RootWords For(Stage stage) => stage.Name == StageNames.Import ? Import : Training;
}
