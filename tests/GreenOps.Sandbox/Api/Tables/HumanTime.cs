using System.Globalization;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Tables;

/// <summary>Prints durations as kubectl does: two units at most, one where the second says little.</summary>
internal static class HumanTime
{
    /// <summary>The time since a timestamp field, or <c>&lt;unknown&gt;</c>.</summary>
    public static string Since(JsonNode? timestamp, TimeProvider clock) =>
        Parse(timestamp) is { } at ? Duration(clock.GetUtcNow() - at) : "<unknown>";

    public static DateTimeOffset? Parse(JsonNode? timestamp) =>
        timestamp.IsString() && DateTimeOffset.TryParse(timestamp!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    public static string Duration(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 120) return $"{seconds}s";
        var minutes = seconds / 60;
        if (minutes < 10) return With(minutes, "m", seconds % 60, "s");
        if (minutes < 180) return $"{minutes}m";
        var hours = minutes / 60;
        if (hours < 8) return With(hours, "h", minutes % 60, "m");
        if (hours < 48) return $"{hours}h";
        var days = hours / 24;
        if (hours < 192) return With(days, "d", hours % 24, "h");
        if (days < 730) return $"{days}d";
        return days < 8 * 365 ? With(days / 365, "y", days % 365, "d") : $"{days / 365}y";
    }

    private static string With(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? $"{large}{largeUnit}" : $"{large}{largeUnit}{small}{smallUnit}";
}
