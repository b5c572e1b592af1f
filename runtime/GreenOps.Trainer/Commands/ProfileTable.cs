using System.Globalization;
using System.Text;
using GreenOps.Contract;

namespace GreenOps.Trainer.Commands;

/// <summary>A profile for people.</summary>
internal static class ProfileTable
{
    private const double JoulesPerKilowattHour = 3.6e6;

    /// <summary>One figure a line.</summary>
    /// <param name="path">The file that was measured.</param>
    /// <param name="profile">Its profile.</param>
    /// <param name="gramsPerKilowattHour">Carbon intensity to tell grams by; null tells none.</param>
    public static string Of(string path, VariantProfile profile, double? gramsPerKilowattHour)
    {
        StringBuilder table = new();
        Line("file", path);
        if (profile.AccuracySource != AccuracySource.Fidelity)
        {
            var what = profile.AccuracySource == AccuracySource.Determination ? " (R squared)" : "";
            Line("accuracy", Text($"{profile.Accuracy:0.0000}{what} on {profile.Examples} held-out examples"));
        }

        Line("size", Text($"{profile.Bytes} bytes, {profile.CompressedBytes} gzipped, {profile.Sparsity:0.0%} of the weights zero"));
        Line("latency", Text($"{profile.LatencyP50Microseconds:0.0} us median, {profile.LatencyP99Microseconds:0.0} us at the 99th percentile, batch 1, one thread"));
        Line("throughput", Text($"{profile.ThroughputPerSecond:0} inferences a second, batch 32, one thread"));
        Line("energy", Text($"{profile.MillijoulesPerInference:0.######} mJ an inference ({profile.EnergySource})"));
        if (gramsPerKilowattHour is { } grams)
        {
            // A thousand times so many millijoules are as many joules.
            Line("emissions", Text($"{profile.MillijoulesPerInference / JoulesPerKilowattHour * grams:0.###e0} g CO2e per 1,000 inferences at {grams} g/kWh"));
        }

        return table.ToString();

        void Line(string name, string value) => table.Append(CultureInfo.InvariantCulture, $"{name,-11}").AppendLine(value);

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
