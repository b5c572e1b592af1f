using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>
/// Reads parts that many objects have word for word in common, such as probes and resources, into one object. A part that meets too few of
/// its like is given up for another that falls into its place.
/// </summary>
internal sealed class SharedPart<T>(JsonSerializerOptions options) : JsonConverter<T>
    where T : class
{
    private const int Places = 1024;

    // What is longer has hardly a like, and would be kept for nothing.
    private const int LongestBytes = 2048;

    private readonly Part?[] parts = new Part?[Places];

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions outer)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var text = JsonMarshal.GetRawUtf8Value(document.RootElement);
        if (text.Length > LongestBytes)
            return document.RootElement.Deserialize<T>(options);
        HashCode hash = new();
        hash.AddBytes(text);
        ref var place = ref parts[(uint)hash.ToHashCode() % Places];
        if (Volatile.Read(ref place) is { } known && text.SequenceEqual(known.Text))
            return known.Value;
        var value = document.RootElement.Deserialize<T>(options)!;
        Volatile.Write(ref place, new(text.ToArray(), value));
        return value;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions outer) => JsonSerializer.Serialize(writer, value, options);

    private sealed record Part(byte[] Text, T Value);
}

/// <summary>The parts that are shared: none that a cache trims, for what it took off one object would be missing in the others.</summary>
internal static class SharedParts
{
    /// <summary>The converters to add to the options that the parts themselves are read by.</summary>
    public static IEnumerable<JsonConverter> Of(JsonSerializerOptions options) =>
    [
        new SharedPart<IList<string>>(options),
        new SharedPart<IReadOnlyDictionary<string, ResourceQuantity>>(options),
        new SharedPart<V1ResourceRequirements>(options),
        new SharedPart<V1Probe>(options),
        new SharedPart<V1SecurityContext>(options),
        new SharedPart<V1PodSecurityContext>(options),
        new SharedPart<V1EnvVar>(options),
        new SharedPart<V1Volume>(options),
        new SharedPart<V1VolumeMount>(options),
        new SharedPart<V1ContainerPort>(options),
        new SharedPart<V1DeploymentStrategy>(options),
        new SharedPart<V1ServicePort>(options),
        new SharedPart<V1NetworkPolicyIngressRule>(options),
        new SharedPart<V1NetworkPolicyEgressRule>(options),
    ];
}
