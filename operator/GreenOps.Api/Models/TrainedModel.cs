namespace GreenOps.Api.Models;

/// <summary>Parts of the rules for what is made of a network that GreenOps trained.</summary>
internal static class TrainedModel
{
    /// <summary>Begins a rule: nothing is made of such a network, or what follows holds.</summary>
    public const string Or =
        "!has(self.training) || !has(self.training.architecture) || !has(self.training.dataset) || !has(self.compression) || !has(self.compression.variants) || ";

    /// <summary>Of every step <c>s</c> of every variant holds what follows, up to <see cref="End"/>.</summary>
    public const string EveryStep = "self.compression.variants.all(v, v.steps.all(s, ";

    /// <summary>Of every step <c>s</c> of every variant without a student, which is of the trained network's kind, holds what follows, up to <see cref="End"/>.</summary>
    public const string EveryStepWithoutStudent = "self.compression.variants.all(v, v.steps.exists(s, has(s.distill)) || v.steps.all(s, ";

    /// <summary>Ends such a rule.</summary>
    public const string End = "))";

    /// <summary>A step does not reduce to one bit without training.</summary>
    public const string TrainsBinary = "!has(s.quantize) || s.quantize.precision != 'Binary' || s.quantize.fineTuneEpochs > 0";
}
