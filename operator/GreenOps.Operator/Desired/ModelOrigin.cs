using GreenOps.Api.Models;
using Dataset = GreenOps.Api.Models.Dataset;

namespace GreenOps.Operator.Desired;

/// <summary>What a model's stages share, wherever the full model comes from: a training, or a ready file.</summary>
public static class ModelOrigin
{
    /// <summary>The examples to judge by; null when there are none.</summary>
    public static Dataset? Dataset(GreenModelSpec spec) => spec.Training?.Dataset ?? spec.Model?.Evaluation?.Dataset;

    /// <summary>Requests and limits of the stage pods.</summary>
    public static ComputeResources? Resources(GreenModelSpec spec) => spec.Training?.Resources ?? spec.Model?.Resources;

    /// <summary>Settings laid over the stage pods.</summary>
    public static PodOverlay? PodTemplate(GreenModelSpec spec) => spec.Training?.PodTemplate ?? spec.Model?.PodTemplate;
}
