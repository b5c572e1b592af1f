using GreenOps.Trainer.Import;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace GreenOps.Trainer.Tests.Import;

public sealed class HttpImportTests : IDisposable
{
    private static readonly byte[] Model = ReadyModels.Classifier().ToByteArray();

    private readonly Workplace _place = new(images: 2);

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Stores_what_the_server_gives_byte_for_byte()
    {
        await using var server = await WebServer.StartAsync(Give);
        var spec = WithSha(Specs.Import($"{server.Url}/model.onnx"), Sha256Text.Of(Model));

        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        Assert.Equal(Model, _place.ModelOf(spec));
        Assert.False(Directory.Exists(Path.GetDirectoryName(_place.CheckpointOf(spec))));
    }

    [Fact]
    public async Task Says_both_digests_when_the_file_is_another()
    {
        await using var server = await WebServer.StartAsync(Give);
        var expected = new string('a', 64);

        Assert.Equal(ExitCodes.BadInput, _place.Run(WithSha(Specs.Import($"{server.Url}/model.onnx"), expected)));

        Assert.Equal(StageReasons.ChecksumMismatch, _place.Report.Reason);
        Assert.Contains(expected, _place.Report.Message);
        Assert.Contains(Sha256Text.Of(Model), _place.Report.Message);
    }

    [Theory]
    [InlineData(404, StageReasons.ModelMissing, ExitCodes.BadInput, "no such file", 1)]
    [InlineData(401, StageReasons.ModelMissing, ExitCodes.BadInput, EnvironmentNames.HttpAuthorization, 1)]
    [InlineData(403, StageReasons.ModelMissing, ExitCodes.BadInput, EnvironmentNames.HttpAuthorization, 1)]
    [InlineData(418, StageReasons.ModelMissing, ExitCodes.BadInput, "HTTP 418", 1)]
    [InlineData(429, StageReasons.SourceUnavailable, ExitCodes.InternalError, "HTTP 429", 2)]
    [InlineData(500, StageReasons.SourceUnavailable, ExitCodes.InternalError, "HTTP 500", 2)]
    [InlineData(503, StageReasons.SourceUnavailable, ExitCodes.InternalError, "HTTP 503", 2)]
    public async Task Tries_again_only_what_may_pass(int status, string reason, int exitCode, string inMessage, int requests)
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.Equal(exitCode, _place.Run(Specs.Import($"{server.Url}/model.onnx")));

        Assert.Equal(reason, _place.Report.Reason);
        Assert.Contains(inMessage, _place.Report.Message);
        Assert.Equal(requests, server.Requests.Count);
    }

    [Fact]
    public async Task Outlives_a_fault_of_the_server()
    {
        var asked = 0;
        await using var server = await WebServer.StartAsync(context =>
        {
            if (Interlocked.Increment(ref asked) > 1)
            {
                return Give(context);
            }

            // Half of the file, then the connection breaks.
            context.Response.ContentLength = Model.Length;
            return context.Response.Body.WriteAsync(Model, 0, Model.Length / 2).ContinueWith(_ => context.Abort(), TaskScheduler.Default);
        });
        var spec = Specs.Import($"{server.Url}/model.onnx");

        Assert.Equal(ExitCodes.Done, _place.Run(spec));

        Assert.Equal(Model, _place.ModelOf(spec));
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Does_not_wait_for_a_silent_server_for_ever()
    {
        using var place = new Workplace(images: 2) { Patience = new FetchPatience(TimeSpan.FromMilliseconds(200), 1, TimeSpan.FromMilliseconds(1)) };
        await using var server = await WebServer.StartAsync(async context =>
        {
            context.Response.ContentLength = Model.Length;
            await context.Response.Body.WriteAsync(Model.AsMemory(0, 10), context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });

        Assert.Equal(ExitCodes.InternalError, place.Run(Specs.Import($"{server.Url}/model.onnx")));

        Assert.Equal(StageReasons.SourceUnavailable, place.Report.Reason);
        Assert.Contains("nothing came from there for 0.2 s", place.Report.Message);
    }

    [Fact]
    public void Tries_again_when_nobody_listens()
    {
        Assert.Equal(ExitCodes.InternalError, _place.Run(Specs.Import("http://127.0.0.1:1/model.onnx")));

        Assert.Equal(StageReasons.SourceUnavailable, _place.Report.Reason);
    }

    [Fact]
    public async Task Follows_a_redirect_without_taking_the_secret_along()
    {
        await using var other = await WebServer.StartAsync(Give);
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.Redirect($"{other.Url}/elsewhere");
            return Task.CompletedTask;
        });

        var fetched = await Source(("GREENOPS_HTTP_AUTHORIZATION", "Bearer token"))
            .FetchAsync(new ImportSpec { Uri = $"{server.Url}/model.onnx" }, Path.GetDirectoryName(_place.StageFile)!, TestContext.Current.CancellationToken);

        Assert.Equal(Model, fetched.Bytes);
        Assert.Equal(("/model.onnx", "Bearer token"), Assert.Single(server.Requests));
        Assert.Equal(("/elsewhere", ""), Assert.Single(other.Requests));
    }

    [Fact]
    public async Task Ends_when_a_server_sends_it_round_in_circles()
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.Redirect("/model.onnx");
            return Task.CompletedTask;
        });

        Assert.Equal(ExitCodes.BadInput, _place.Run(Specs.Import($"{server.Url}/model.onnx")));

        Assert.Contains("at most 10 redirects", _place.Report.Message);
        Assert.Equal(11, server.Requests.Count);
    }

    [Theory]
    [InlineData("ftp://elsewhere/model.onnx")]
    [InlineData("file:///etc/passwd")]
    public async Task Follows_no_redirect_out_of_the_web(string location)
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.Redirect(location);
            return Task.CompletedTask;
        });

        Assert.Equal(ExitCodes.BadInput, _place.Run(Specs.Import($"{server.Url}/model.onnx")));

        Assert.Equal(StageReasons.ModelMissing, _place.Report.Reason);
        Assert.Contains(location, _place.Report.Message);
    }

    [Fact]
    public async Task Takes_no_more_than_one_file_can_hold()
    {
        await using var server = await WebServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 3L << 30;
            await context.Response.Body.WriteAsync(Model.AsMemory(0, 10), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });

        Assert.Equal(ExitCodes.BadInput, _place.Run(Specs.Import($"{server.Url}/model.onnx")));

        Assert.Equal(StageReasons.ModelInvalid, _place.Report.Reason);
        Assert.Contains("more than 2147483647 bytes", _place.Report.Message);
    }

    private static Task Give(HttpContext context)
    {
        context.Response.ContentLength = Model.Length;
        return context.Response.Body.WriteAsync(Model, 0, Model.Length);
    }

    private static ModelSource Source(params (string Name, string Value)[] environment) =>
        new(new FetchPatience(TimeSpan.FromSeconds(60), 1, TimeSpan.FromMilliseconds(1)), TimeProvider.System, NullLogger.Instance)
        {
            Environment = name => environment.FirstOrDefault(variable => variable.Name == name).Value,
        };

    private static StageSpec WithSha(StageSpec spec, string sha256) => spec with { Import = spec.Import! with { Sha256 = sha256 } };
}
