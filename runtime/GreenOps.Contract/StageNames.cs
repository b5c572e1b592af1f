namespace GreenOps.Contract;

/// <summary>Names of stages and variants that the house reserves.</summary>
public static class StageNames
{
    /// <summary>The stage that trains.</summary>
    public const string Train = "train";

    /// <summary>The stage that takes over a model that is there already.</summary>
    public const string Import = "import";

    /// <summary>The variant that the stage at the root makes, the one that trains or imports.</summary>
    public const string FullVariant = "full";

    /// <summary>The stage and the variant whose steps are searched for.</summary>
    public const string Searched = "searched";
}
