namespace GreenOps.Api;

/// <summary>Labels and finalizers that the operator puts on what it creates.</summary>
public static class Labels
{
    /// <summary>Kubernetes' recommended label for the managing tool; value <see cref="ManagedByValue"/>.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedBy"/> on every child.</summary>
    public const string ManagedByValue = "greenops";

    /// <summary>Kubernetes' recommended label for the part played: <see cref="TrainerComponent"/>, <see cref="SweeperComponent"/> or <see cref="ServerComponent"/>.</summary>
    public const string Component = "app.kubernetes.io/component";

    /// <summary>Component of the stage pods.</summary>
    public const string TrainerComponent = "trainer";

    /// <summary>Component of the pods that remove what is no longer kept.</summary>
    public const string SweeperComponent = "sweeper";

    /// <summary>Component of the serving pods.</summary>
    public const string ServerComponent = "server";

    /// <summary>Name of the GreenModel.</summary>
    public const string Model = "greenops.dev/model";

    /// <summary>Name of the stage.</summary>
    public const string Stage = "greenops.dev/stage";

    /// <summary>Revision of the stage.</summary>
    public const string Revision = "greenops.dev/revision";

    /// <summary>On the Job of a training that was placed: name of its CarbonZone.</summary>
    public const string CarbonZone = "greenops.dev/carbon-zone";

    /// <summary>On a claim that outlived its model: <see cref="KeptValue"/>.</summary>
    public const string Kept = "greenops.dev/kept";

    /// <summary>The value of <see cref="Kept"/>.</summary>
    public const string KeptValue = "true";

    /// <summary>Finalizer of a model whose claim outlives it.</summary>
    public const string ArtifactsFinalizer = "greenops.dev/artifacts";

    /// <summary>Selects every child of any GreenModel.</summary>
    public const string ManagedSelector = ManagedBy + "=" + ManagedByValue;
}
