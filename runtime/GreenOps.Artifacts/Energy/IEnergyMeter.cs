using GreenOps.Contract;

namespace GreenOps.Artifacts;

/// <summary>Says how much energy was used.</summary>
public interface IEnergyMeter : IDisposable
{
    /// <summary>Energy, time and processor time since the meter was made.</summary>
    EnergyUse Read();
}
