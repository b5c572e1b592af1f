using GreenOps.Trainer.Import;
using GreenOps.Trainer.Stages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace GreenOps.Trainer.Tests.Import;

/// <summary>Against a store that knows one object of one bucket and answers with S3's own documents.</summary>
public sealed class S3ImportTests : IDisposable
{
    private static readonly byte[] Model = ReadyModels.Classifier().ToByteArray();

    private readonly Workplace _place = new(images: 2);

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Reads_an_object_by_path_and_anonymously_without_keys()
    {
        await using var store = await WebServer.StartAsync(Answer);

        var fetched = await FetchAsync("s3://models/vision/a b.onnx", ("AWS_ENDPOINT_URL", store.Url));

        Assert.Equal((Sha256Text.Of(Model), Model.Length), (fetched.Sha256, fetched.Bytes.Length));
        Assert.Equal(("/models/vision/a b.onnx", ""), Assert.Single(store.Requests));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("session")]
    public async Task Signs_with_the_keys_of_the_environment(string? token)
    {
        await using var store = await WebServer.StartAsync(Answer);

        await FetchAsync(
            "s3://models/vision/a b.onnx",
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
            ("AWS_ENDPOINT_URL_S3", store.Url),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", token ?? ""));

        var (_, authorization) = Assert.Single(store.Requests);
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=key/", authorization);
        Assert.Contains("/eu-central-1/s3/", authorization);
        Assert.Equal(token is not null, authorization.Contains("x-amz-security-token", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("s3://models/none.onnx", StageReasons.ModelMissing, "the bucket 'models' holds no object 'none.onnx'", 1)]
    [InlineData("s3://absent/none.onnx", StageReasons.ModelMissing, "there is no bucket 'absent'", 1)]
    [InlineData("s3://secret/model.onnx", StageReasons.ModelMissing, "AWS_ACCESS_KEY_ID", 1)]
    [InlineData("s3://busy/model.onnx", StageReasons.SourceUnavailable, "SlowDown", 2)]
    public async Task Says_what_the_store_does_not_give(string uri, string reason, string inMessage, int requests)
    {
        await using var store = await WebServer.StartAsync(Answer);

        var error = await Assert.ThrowsAsync<StageException>(() => FetchAsync(uri, ("AWS_ENDPOINT_URL", store.Url)));

        Assert.Equal(reason, error.Reason);
        Assert.Contains(inMessage, error.Message);
        Assert.Equal(requests, store.Requests.Count);
    }

    [Fact]
    public async Task Tries_again_when_the_store_is_not_there()
    {
        var error = await Assert.ThrowsAsync<StageException>(() => FetchAsync("s3://models/model.onnx", ("AWS_ENDPOINT_URL", "http://127.0.0.1:1")));

        Assert.Equal((StageReasons.SourceUnavailable, ExitCodes.InternalError), (error.Reason, error.ExitCode));
    }

    private static Task Answer(HttpContext context) => context.Request.Path.Value switch
    {
        "/models/vision/a b.onnx" => context.Response.Body.WriteAsync(Model, 0, Model.Length),
        "/secret/model.onnx" => Refuse(context, 403, "AccessDenied"),
        "/busy/model.onnx" => Refuse(context, 503, "SlowDown"),
        ['/', 'm', 'o', 'd', 'e', 'l', 's', '/', ..] => Refuse(context, 404, "NoSuchKey"),
        _ => Refuse(context, 404, "NoSuchBucket"),
    };

    private static Task Refuse(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>So it is.</Message><RequestId>1</RequestId></Error>");
    }

    private Task<FetchedModel> FetchAsync(string uri, params (string Name, string Value)[] environment) =>
        new ModelSource(new FetchPatience(TimeSpan.FromSeconds(60), 1, TimeSpan.FromMilliseconds(1)), TimeProvider.System, NullLogger.Instance)
        {
            Environment = name => environment.FirstOrDefault(variable => variable.Name == name).Value,
        }.FetchAsync(new ImportSpec { Uri = uri }, Path.GetDirectoryName(_place.StageFile)!, TestContext.Current.CancellationToken);
}
