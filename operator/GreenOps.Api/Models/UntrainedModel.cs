namespace GreenOps.Api.Models;

/// <summary>Parts of the rules for models behind which there is no network that GreenOps trained, so that nothing can be trained on.</summary>
internal static class UntrainedModel
{
    /// <summary>Begins a rule: a network was trained here, or of every step <c>s</c> of every variant holds what follows.</summary>
    public const string OrEveryStep =
        "(has(self.training) && has(self.training.architecture)) || !has(self.compression) || !has(self.compression.variants) || self.compression.variants.all(v, v.steps.all(s, ";

    /// <summary>Ends such a rule.</summary>
    public const string End = "))";
}
