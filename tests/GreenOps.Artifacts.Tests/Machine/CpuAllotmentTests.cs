namespace GreenOps.Artifacts.Tests.Machine;

public sealed class CpuAllotmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Believes_what_the_operator_stated_first()
    {
        _folder.File("cpu.max", "50000 100000\n"u8);

        Assert.Equal(1.5, CpuAllotment.Cores("1500", _folder.Path, visibleCores: 8));
    }

    [Fact]
    public void Reads_the_quota_of_either_version_of_control_groups()
    {
        Directory.CreateDirectory(Path.Join(_folder.Path, "cpu"));
        _folder.File("cpu/cpu.cfs_quota_us", "300000\n"u8);
        _folder.File("cpu/cpu.cfs_period_us", "100000\n"u8);
        Assert.Equal(3, CpuAllotment.Cores(null, _folder.Path, visibleCores: 8));

        _folder.File("cpu.max", "50000 100000\n"u8);
        Assert.Equal(0.5, CpuAllotment.Cores(null, _folder.Path, visibleCores: 8));
    }

    [Theory]
    [InlineData("max 100000\n")]
    [InlineData("garbage")]
    [InlineData("0 0")]
    public void Falls_back_to_the_visible_cores(string quota)
    {
        _folder.File("cpu.max", System.Text.Encoding.ASCII.GetBytes(quota));

        Assert.Equal(8, CpuAllotment.Cores("", _folder.Path, visibleCores: 8));
    }
}
