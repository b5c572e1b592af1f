using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace GreenOps.Artifacts.Tests.Energy;

public sealed class EnergyMetersTests
{
    private static readonly PowerSpec Power = new(IdleWattsPerCore: 2, PeakWattsPerCore: 10);

    [Fact]
    public void Stated_watts_serve_where_nothing_is_measured_and_the_start_says_so()
    {
        var (use, words) = Measure("/nowhere", "libnothing.so");

        Assert.Equal(new EnergyUse(20, EnergySources.Model, 10, 0), use);
        Assert.Equal("Energy by model, stated watts: there is no package domain of RAPL in /nowhere; there is no nvml.", words);
    }

    [Fact]
    public void The_processors_counters_are_used_where_they_are()
    {
        using PowercapFolder machine = new("intel-rapl:0");

        var (use, words) = Measure(machine.Root, "libnothing.so", () => machine.Set("intel-rapl:0", 30_000_000));

        Assert.Equal((30.0, EnergySources.Rapl), (use.Joules, use.Source));
        Assert.StartsWith("Energy by rapl, measured by the processor", words);
    }

    [Fact]
    public void Counters_for_root_only_fall_back_to_stated_watts_and_the_start_says_why()
    {
        using PowercapFolder machine = new("intel-rapl:0");
        machine.Lock("intel-rapl:0");

        var (use, words) = Measure(machine.Root, "libnothing.so");

        Assert.Equal(EnergySources.Model, use.Source);
        Assert.Contains("its counters are for root: let the container's user read energy_uj", words);
    }

    [Fact]
    public void An_accelerator_is_added_and_both_sources_are_named()
    {
        using PowercapFolder machine = new("intel-rapl:0");
        using StandInNvml nvml = new();

        var (both, words) = Measure(machine.Root, nvml.Library, () => machine.Set("intel-rapl:0", 30_000_000));
        var (alone, _) = Measure("/nowhere", nvml.Library);

        // Of the stand-in's three accelerators one cannot count; each of the others uses 2 J between two readings.
        Assert.Equal((34.0, "rapl+nvml"), (both.Joules, both.Source));
        Assert.Equal((24.0, "model+nvml"), (alone.Joules, alone.Source));
        Assert.EndsWith("accelerators by nvml.", words);
    }

    [Fact]
    public void A_meter_for_the_process_counts_from_its_start()
    {
        using var meter = new EnergyMeters("/nowhere", "libnothing.so", () => null).StartForProcess(Power, 1, TimeProvider.System);

        var use = meter.Read();

        using var process = Process.GetCurrentProcess();
        Assert.InRange(use.WallSeconds, 0, (TimeProvider.System.GetUtcNow() - process.StartTime.ToUniversalTime()).TotalSeconds + 1);
        Assert.InRange(use.CpuSeconds, 0.01, Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    [Fact]
    public void The_machine_tells_how_long_its_processors_were_busy() =>
        Assert.True(MachineTime.Busy() >= Environment.CpuUsage.TotalTime - TimeSpan.FromSeconds(1));

    private static (EnergyUse Use, string Words) Measure(string powercap, string nvml, Action? meanwhile = null)
    {
        FakeTimeProvider time = new();
        EnergyMeters meters = new(powercap, nvml, () => null);
        using var meter = meters.Start(Power, 1, time, () => TimeSpan.Zero);
        meanwhile?.Invoke();
        time.Advance(TimeSpan.FromSeconds(10));
        return (meter.Read(), meters.Describe());
    }

    /// <summary>A library of NVML's functions, built where there is a C compiler.</summary>
    private sealed class StandInNvml : IDisposable
    {
        private const string Source = """
            static unsigned long long energy[3];
            int nvmlInit_v2(void) { return 0; }
            int nvmlDeviceGetCount_v2(unsigned int *count) { *count = 3; return 0; }
            int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) { *device = &energy[index]; return 0; }
            int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *millijoules) {
              if (device == &energy[1]) return 3;
              *millijoules = *(unsigned long long *)device += 2000;
              return 0;
            }
            """;

        private readonly string folder = Directory.CreateTempSubdirectory("nvml").FullName;

        public StandInNvml()
        {
            var source = Path.Join(folder, "nvml.c");
            File.WriteAllText(source, Source);
            using var compiler = Compile(source);
            Assert.SkipUnless(compiler is not null, "There is no C compiler to build a stand-in for NVML with.");
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }

        public string Library => Path.Join(folder, "libnvml.so");

        public void Dispose() => Directory.Delete(folder, recursive: true);

        private Process? Compile(string source)
        {
            try
            {
                return Process.Start("cc", ["-shared", "-fPIC", "-o", Library, source]);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }
    }
}
