using GreenOps.Server.Execution;

namespace GreenOps.Server.Tests.Hosting;

public sealed class ExecutionProviderTests
{
    [Fact]
    public void Cuda_is_taken_where_the_library_has_it() =>
        Assert.Equal("cuda", ExecutionProvider.Choose(["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]).Name);

    [Fact]
    public void The_processor_serves_where_there_is_nothing_else() =>
        Assert.Equal("cpu", ExecutionProvider.Choose().Name);
}
