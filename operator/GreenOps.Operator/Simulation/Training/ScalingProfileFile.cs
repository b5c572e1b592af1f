using System.Text.Json;
using System.Text.Json.Serialization;
using GreenOps.Decisions.Training;

namespace GreenOps.Operator.Simulation.Training;

/// <summary>Reads scaling curves from JSON: <c>{"name": {"speedup": [1, 1.9], "rel_power": [1, 2]}}</c>, one element per worker.</summary>
public static class ScalingProfileFile
{
    /// <summary>Reads one curve.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Name of the profile; null when the file has one.</param>
    /// <param name="maxWorkers">Most workers; null for all that the profile has.</param>
    /// <exception cref="SimulationInputException">The file, the profile or the number cannot be used.</exception>
    public static ScalingCurve Read(string path, string? name, int? maxWorkers)
    {
        var profiles = Profiles(path);
        var names = string.Join(", ", profiles.Keys.Order(StringComparer.Ordinal));
        if (name is null && profiles.Count != 1)
        {
            throw new SimulationInputException($"{path} has {profiles.Count} profiles; choose one by --profile-name: {names}.");
        }

        var chosen = name ?? profiles.Keys.Single();
        if (!profiles.TryGetValue(chosen, out var profile))
        {
            throw new SimulationInputException($"--profile-name is '{chosen}', which {path} does not have; it has {names}.");
        }

        var (speedup, power) = (profile?.Speedup ?? [], profile?.RelativePower ?? []);
        var most = maxWorkers ?? speedup.Count;
        if (maxWorkers is not null && (most < 1 || most > speedup.Count))
        {
            throw new SimulationInputException($"--max-workers is {most}; profile '{chosen}' of {path} knows 1 to {speedup.Count}.");
        }

        try
        {
            return ScalingCurve.Of([.. speedup.Take(most)], [.. power.Take(speedup.Count == power.Count ? most : power.Count)]);
        }
        catch (ArgumentException error)
        {
            throw new SimulationInputException($"Profile '{chosen}' of {path} cannot be used; write speedup and rel_power as lists of equal length. {error.Message.Split(" (Parameter")[0]}", error);
        }
    }

    private static Dictionary<string, Profile?> Profiles(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, Profile?>>(File.ReadAllText(path)) ?? [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SimulationInputException($"{path} cannot be read: {error.Message}", error);
        }
        catch (JsonException error)
        {
            throw new SimulationInputException($"{path} is not a file of scaling profiles, such as {{\"mine\": {{\"speedup\": [1, 1.9], \"rel_power\": [1, 2]}}}}: {error.Message}", error);
        }
    }

    private sealed record Profile(
        [property: JsonPropertyName("speedup")] IReadOnlyList<double>? Speedup,
        [property: JsonPropertyName("rel_power")] IReadOnlyList<double>? RelativePower);
}
