namespace GreenOps.Contract;

/// <summary>
/// Which variants a server loads and how it divides requests between them. The operator writes it as
/// <c>routing.json</c> into a ConfigMap; the server watches <see cref="ContainerPaths.RoutingTable"/>.
/// </summary>
public sealed record RoutingTable
{
    /// <summary>The version of this document that this code reads and writes.</summary>
    public const string CurrentSchemaVersion = "greenops.dev/routing/v1";

    /// <summary>Always <see cref="CurrentSchemaVersion"/>.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>Name of the model in the inference protocol: the GreenModel's name.</summary>
    public required string Model { get; init; }

    /// <summary>Version of the model in the inference protocol: the training revision that all variants come from.</summary>
    public required string Version { get; init; }

    /// <summary>Carbon intensity of the model's zone, in whole grams of CO2-equivalent per kilowatt-hour; null where nobody knows it.</summary>
    public int? GramsPerKWh { get; init; }

    /// <summary>The variants, sorted by name (ordinal); weights are whole percent and sum to 100.</summary>
    public required IReadOnlyList<RoutedVariant> Variants { get; init; }
}

/// <summary>One variant that a server holds.</summary>
/// <param name="Name">Name of the variant; a request's parameter <c>variant</c> may pin it.</param>
/// <param name="Path">Folder below the server's models folder: <c>stage-revision</c>.</param>
/// <param name="Weight">Share of the requests that pin no variant, in percent, 0 to 100. At 0 it is loaded and can be pinned.</param>
public sealed record RoutedVariant(string Name, string Path, int Weight);
