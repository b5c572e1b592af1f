using GreenOps.Contract;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>Makes the optimizer that a spec names.</summary>
internal static class OptimizerFactory
{
    // As the contract states them; TorchSharp's own default for the second is another.
    private const double FirstMomentDecay = 0.9;
    private const double SecondMomentDecay = 0.999;

    public static OptimizerHelper Create(OptimizerSpec spec, IEnumerable<Parameter> parameters) => spec switch
    {
        { Sgd: { } sgd } => optim.SGD(parameters, sgd.LearningRate, sgd.Momentum),
        { Adam: { } adam } => optim.Adam(parameters, adam.LearningRate, FirstMomentDecay, SecondMomentDecay),
        { AdamW: { } adamW } => optim.AdamW(parameters, adamW.LearningRate, FirstMomentDecay, SecondMomentDecay, weight_decay: adamW.WeightDecay),
        _ => throw Unnamed(),
    };

    public static double LearningRate(OptimizerSpec spec) => spec switch
    {
        { Sgd: { } sgd } => sgd.LearningRate,
        { Adam: { } adam } => adam.LearningRate,
        { AdamW: { } adamW } => adamW.LearningRate,
        _ => throw Unnamed(),
    };

    private static ArgumentException Unnamed() => new("The optimizer names none of adam, adamW and sgd.");
}
