using System.Text.Json;
using System.Text.Json.Serialization;

namespace GreenOps.Contract;

/// <summary>
/// The JSON form of every contract document: camelCase names, enums by name, unknown members refused, so that an older
/// image never runs half of what a newer operator asks for.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StageSpec))]
[JsonSerializable(typeof(StageReport))]
[JsonSerializable(typeof(RoutingTable))]
[JsonSerializable(typeof(ArtifactManifest))]
[JsonSerializable(typeof(SearchReport))]
public sealed partial class ContractJson : JsonSerializerContext
{
    /// <summary>Reads a document and says in one sentence what is wrong with it.</summary>
    /// <typeparam name="T">A contract document.</typeparam>
    /// <param name="json">UTF-8 JSON text.</param>
    /// <param name="name">What to call the document in the sentence, for example <c>routing.json</c>.</param>
    /// <exception cref="ContractException">The text is not such a document.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, string name)
        where T : class
    {
        try
        {
            return (T?)JsonSerializer.Deserialize(json, typeof(T), Default)
                ?? throw new ContractException($"{name} is null; it must be a JSON object.");
        }
        catch (JsonException error)
        {
            throw new ContractException($"{name} cannot be read at '{error.Path ?? "$"}': {error.Message}", error);
        }
    }

    /// <summary>Writes a document.</summary>
    /// <typeparam name="T">A contract document.</typeparam>
    /// <param name="document">The document.</param>
    /// <returns>UTF-8 JSON text without indentation.</returns>
    public static byte[] Write<T>(T document)
        where T : class =>
        JsonSerializer.SerializeToUtf8Bytes(document, typeof(T), Default);
}
