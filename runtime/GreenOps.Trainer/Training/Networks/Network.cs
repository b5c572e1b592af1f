using GreenOps.Artifacts;
using GreenOps.Contract;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>
/// A network that can be trained, stored, compressed and exported. It takes examples [n, ...] float32 and, where these
/// differ in length, the length of each [n] int64, and gives [n, outputs]: logits of classes, or values. Features that are
/// not brightness, and values, are scaled inside it, by what is stored with its weights: whoever uses it has neither to
/// know the scale nor to apply it.
/// </summary>
public abstract class Network : nn.Module<Tensor, Tensor?, Tensor>
{
    private const string FeatureMeanName = "feature_mean";
    private const string FeatureScaleName = "feature_scale";
    private const string TargetMeanName = "target_mean";
    private const string TargetScaleName = "target_scale";

    /// <summary>A network whose scales are still one.</summary>
    /// <param name="name">Name of the module.</param>
    /// <param name="shape">What it takes and gives.</param>
    /// <param name="scaleShape">Shape of the features' scales, broadcast against the network's own input: one scale a feature, or a channel.</param>
    protected Network(string name, NetworkShape shape, params long[] scaleShape)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = shape;
        if (!shape.Pixels)
        {
            register_buffer(FeatureMeanName, zeros(scaleShape));
            register_buffer(FeatureScaleName, ones(scaleShape));
        }

        if (shape.Task == LearningTask.Regression)
        {
            register_buffer(TargetMeanName, zeros(shape.Outputs));
            register_buffer(TargetScaleName, ones(shape.Outputs));
        }
    }

    /// <summary>What it takes and gives.</summary>
    public NetworkShape Shape { get; }

    /// <summary>Share of what its layers give that is dropped in training.</summary>
    protected virtual double Dropout => 0;

    /// <summary>Weights that pruning may remove, biases left out, each by its name in the ONNX file where it is there as it is.</summary>
    public abstract IReadOnlyList<(string Name, Parameter Weight)> Weights { get; }

    /// <summary>What is taken away from features, and what they are then multiplied by; null where they are brightness.</summary>
    public (Tensor Mean, Tensor Scale)? FeatureScaling => Shape.Pixels ? null : (get_buffer(FeatureMeanName)!, get_buffer(FeatureScaleName)!);

    /// <summary>What the last layer's outputs are multiplied by, and what is then added; null where they are logits.</summary>
    public (Tensor Mean, Tensor Scale)? TargetScaling =>
        Shape.Task == LearningTask.Regression ? (get_buffer(TargetMeanName)!, get_buffer(TargetScaleName)!) : null;

    /// <summary>What the network gives for a batch.</summary>
    public Tensor Outputs(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return call(batch.Inputs, batch.Lengths);
    }

    /// <summary>What every classifier gives, first to last: one for a network that is left at its end only. Training minimizes the loss of all.</summary>
    public virtual IReadOnlyList<Tensor> AllOutputs(Batch batch) => [Outputs(batch)];

    /// <summary>Takes over the mean and the deviation of features and values of some examples, the training's.</summary>
    public void ScaleBy(ExampleSet examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        using var without = no_grad();
        using var scope = NewDisposeScope();
        if (FeatureScaling is var (featureMean, featureScale))
        {
            var (means, deviations) = FeatureStatistics.OfFeatures(examples, (int)featureMean.numel(), perChannel: featureMean.dim() > 1);
            featureMean.copy_(tensor(means).reshape(featureMean.shape));
            featureScale.copy_(tensor([.. deviations.Select(deviation => 1 / deviation)]).reshape(featureScale.shape));
        }

        if (TargetScaling is var (targetMean, targetScale))
        {
            var (means, deviations) = FeatureStatistics.OfValues(examples.Values, Shape.Outputs);
            targetMean.copy_(tensor(means));
            targetScale.copy_(tensor(deviations));
        }
    }

    /// <summary>Values in deviations from the mean of the training's: what a loss of values is counted in.</summary>
    public Tensor Standardized(Tensor values) => TargetScaling is var (mean, scale) ? (values - mean) / scale : values;

    /// <summary>Share of the prunable weights that are exactly zero, in [0, 1].</summary>
    public double Sparsity()
    {
        using var without = no_grad();
        using var scope = NewDisposeScope();
        return (double)Weights.Sum(weight => weight.Weight.eq(0).sum().ToInt64()) / Weights.Sum(weight => weight.Weight.numel());
    }

    /// <summary>The parameters as bytes, in TorchSharp's format.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        save(stream);
        return stream.ToArray();
    }

    /// <summary>Takes over parameters that <see cref="ToBytes"/> wrote.</summary>
    public void FromBytes(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        load(stream);
    }

    /// <summary>Features as the first layer takes them.</summary>
    protected Tensor Scaled(Tensor features) => FeatureScaling is var (mean, scale) ? (features - mean) * scale : features;

    /// <summary>
    /// In training, some of the numbers at random zero and the others as much larger (Srivastava, Hinton, Krizhevsky,
    /// Sutskever and Salakhutdinov, 2014); else the numbers. Which ones is up to the global generator, seeded before each step.
    /// </summary>
    protected Tensor Dropped(Tensor value) => Dropped(value, Dropout, training);

    /// <inheritdoc cref="Dropped(Tensor)"/>
    internal static Tensor Dropped(Tensor value, double share, bool training) =>
        training && share > 0 ? nn.functional.dropout(value, share, training) : value;

    /// <summary>The last layer's outputs as the network gives them.</summary>
    protected Tensor Unscaled(Tensor outputs) => TargetScaling is var (mean, scale) ? (outputs * scale) + mean : outputs;
}
