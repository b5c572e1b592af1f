using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Export;

/// <summary>In which form a served model takes its examples.</summary>
public enum InputForm
{
    /// <summary><c>image</c> [N, channels, H, W].</summary>
    Image,

    /// <summary><c>features</c> [N, F].</summary>
    Features,

    /// <summary><c>sequence</c> [N, T, F], T free.</summary>
    Sequence,
}

/// <summary>
/// Declares the input of a network. Variants stand for each other at one endpoint, so a student of another family takes its
/// examples in its teacher's form and brings them into its own.
/// </summary>
internal static class ExampleInput
{
    /// <summary>The form that a family of networks works on.</summary>
    public static InputForm Of(ArchitectureSpec architecture) => architecture switch
    {
        { Cnn: not null } => InputForm.Image,
        { Mlp: not null } => InputForm.Features,
        _ => InputForm.Sequence,
    };

    /// <summary>Adds the input, float32.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="shape">What the network takes.</param>
    /// <param name="own">The form that the network works on.</param>
    /// <param name="given">The form in which examples come; null is the network's own.</param>
    /// <returns>The examples in the network's own form.</returns>
    public static GraphValue Declare(GraphBuilder builder, NetworkShape shape, InputForm own, InputForm? given)
    {
        var input = given ?? own;
        var value = input switch
        {
            InputForm.Image => builder.Input("image", ElementType.Float, ["N", .. Dimensions(shape, input).Select(size => (Dimension)size)]),
            InputForm.Features => builder.Input("features", ElementType.Float, "N", shape.Size),
            _ => builder.Input("sequence", ElementType.Float, "N", "T", Dimensions(shape, input)[1]),
        };
        return input == own ? value : builder.Reshape(value, [-1, .. Dimensions(shape, own).Select(size => (long)size)]);
    }

    /// <summary>Sizes of one example in a form that a network of its family has been made for.</summary>
    private static int[] Dimensions(NetworkShape shape, InputForm form) => form switch
    {
        InputForm.Image => shape.Image is var (channels, height, width) ? [channels, height, width] : throw Unfit(shape, form),
        InputForm.Features => [shape.Size],
        _ => shape.SequenceFeatures is { } features ? [shape.Size / features, features] : throw Unfit(shape, form),
    };

    private static ArgumentException Unfit(NetworkShape shape, InputForm form) => new($"Examples {shape} have no form {form}.", nameof(shape));
}
