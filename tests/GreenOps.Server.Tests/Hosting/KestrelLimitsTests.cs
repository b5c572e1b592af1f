using GreenOps.Server.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GreenOps.Server.Tests.Hosting;

public sealed class KestrelLimitsTests
{
    [Fact]
    public void Clients_that_send_slowly_or_nothing_are_let_go_of()
    {
        var limits = new KestrelServerLimits();

        KestrelLimits.Apply(limits, new ServerOptions { Models = "", Cores = 1, MaximumConnections = 7, MaximumRequestBytes = 11 });

        Assert.Equal(7, limits.MaxConcurrentConnections);
        Assert.Equal(11, limits.MaxRequestBodySize);
        Assert.InRange(limits.RequestHeadersTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Assert.InRange(limits.MinRequestBodyDataRate!.GracePeriod, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Assert.NotNull(limits.MinResponseDataRate);
    }
}
