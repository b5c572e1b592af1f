namespace GreenOps.Contract;

/// <summary>Names of stages and variants that the house reserves.</summary>
public static class StageNames
{
    /// <summary>The stage that trains.</summary>
    public const string Train = "train";

    /// <summary>The variant that the training stage makes.</summary>
    public const string FullVariant = "full";
}
