using System.Net;
using System.Net.Http.Headers;
using GreenOps.Contract;
using GreenOps.Server.Tests.Fixtures;

namespace GreenOps.Server.Tests.Protocol;

public sealed class ErrorTests : IAsyncLifetime
{
    private const string Tensor = "\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[1,1,28,28]";
    private const int MaximumBytes = 100_000;

    private readonly ServingFolder _folder = new();
    private RunningServer _server = null!;

    /// <summary>A body and the sentence that refuses it, both with the member separators of JSON.</summary>
    public static TheoryData<string, string> BadBodies => new()
    {
        { "[]", "The body is an array; it must be a JSON object." },
        { "{}", "inputs is missing; send an array with one tensor per input of the model." },
        { """{"inputs":5}""", "inputs is 5; it must be an array of tensors." },
        { """{"inputs":[5]}""", "inputs[0] is 5; it must be an object with name, shape, datatype and data." },
        { """{"inputs":[]}""", "Input 'image' is missing; the model takes 'image'." },
        { """{"inputs":[],"id":7}""", "id is 7; it must be a string." },
        { """{"inputs":[],"id":"\ud800"}""", "The body holds a string that is not valid Unicode." },
        { """{"inputs":[],"parameters":[]}""", "parameters is an array; it must be an object." },
        { """{"inputs":[],"parameters":{"variant":7}}""", "parameters.variant is 7; it must be the name of a variant, a string." },
        { """{"inputs":[],"parameters":{"classification":0}}""", "parameters.classification is 0; it must be how many classes to name, at least 1." },
        { """{"inputs":[],"outputs":["mean"]}""", "outputs[0] is \"mean\"; it must be an object with a name." },
        { """{"inputs":[],"outputs":[{}]}""", "outputs[0] has no name; name an output of the model." },
        { """{"inputs":[],"outputs":[{"name":"a"},{"name":"a"}]}""", "Output 'a' is asked for twice; ask once." },
        { """{"inputs":[],"outputs":[{"name":"a","parameters":{"binary_data":1}}]}""", "outputs[0].parameters.binary_data is 1; it must be true or false." },
        { """{"inputs":[{"name":"image","datatype":"FP32","data":[1]}]}""", "inputs[0] has no shape; a tensor has name, shape, datatype and data." },
        { """{"inputs":[{"name":"image","datatype":"FLOAT","data":[1]}]}""", "inputs[0].datatype is 'FLOAT'; it must be one of BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64, BYTES." },
        { """{"inputs":[{"name":"image","datatype":"FP32","shape":[0],"data":[]}]}""", "inputs[0].shape has the dimension 0; a dimension is an integer of at least 1." },
        { """{"inputs":[{"name":"image","datatype":"FP32","shape":[1.5],"data":[]}]}""", "inputs[0].shape has the dimension 1.5; a dimension is an integer of at least 1." },
        { "{\"inputs\":[{" + Tensor + "}]}", "Input 'image' has no data." },
        { "{\"inputs\":[{" + Tensor + ",\"data\":5}]}", "inputs[0].data is 5; it must be an array." },
        { "{\"inputs\":[{" + Tensor + ",\"data\":[],\"data\":[]}]}", "Input 'image' has 0 elements of data; its shape [1,1,28,28] has 784." },
        { "{\"inputs\":[{" + Tensor + ",\"data\":[1,2,[3]]}]}", "Input 'image' has 3 elements of data; its shape [1,1,28,28] has 784." },
        { "{\"inputs\":[{" + Tensor + ",\"data\":[1,{}]}]}", "Element 1 of input 'image' is an object, which is no FP32." },
        { """{"inputs":[{"name":"image","datatype":"FP32","shape":[9223372036854775807,9],"data":[1]}]}""", "Input 'image' has 1 elements of data; its shape [9223372036854775807,9] has more than 2^63." },
        { """{"inputs":[{"name":"picture","datatype":"FP32","shape":[1],"data":[1]}]}""", "The model has no input 'picture'; it takes 'image'." },
        { """{"inputs":[{"name":"image","datatype":"INT64","shape":[1],"data":[1]}]}""", "Input 'image' has datatype INT64; the model takes FP32." },
        { """{"inputs":[{"name":"image","datatype":"FP32","shape":[1,28],"data":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}""", "Input 'image' has shape [1,28]; the model takes [-1,1,28,28]." },
        { """{"inputs":[{"name":"image","datatype":"FP32","shape":[1],"data":[1]},{"name":"image","datatype":"FP32","shape":[1],"data":[1]}]}""", "Input 'image' is given twice; give it once." },
    };

    public async ValueTask InitializeAsync()
    {
        _folder.Store("train-1", TestModels.ScaledMean(1));
        _folder.Store("int8-1", TestModels.ScaledMean(10));
        _folder.Route("1", new RoutedVariant("full", "train-1", 40), new RoutedVariant("int8", "int8-1", 60));
        _server = await RunningServer.StartReadyAsync(_folder, MaximumBytes);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_bad_body_is_refused_with_a_sentence(string body, string sentence)
    {
        var answer = await _server.InferAsync(body);

        Assert.Equal(sentence, answer.Error);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("{\n\"inputs\": [}", 2, 12)]
    [InlineData("{} {}", 1, 4)]
    [InlineData("{\"inputs\":[NaN]}", 1, 12)]
    [InlineData("\ufeff{}", 1, 1)]
    public async Task Malformed_JSON_is_refused_with_its_place(string body, int line, int position)
    {
        var answer = await _server.InferAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith($"The body is not valid JSON at line {line}, byte {position}: ", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_variant_is_refused_with_the_names_there_are()
    {
        var answer = await _server.InferAsync(Requests.Image(variant: "tiny"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("parameters.variant is 'tiny'; the variants are 'full', 'int8'.", answer.Error);
    }

    [Fact]
    public async Task An_unknown_output_is_refused_with_the_names_there_are()
    {
        var request = System.Text.Json.Nodes.JsonNode.Parse(Requests.Image())!;
        request["outputs"] = System.Text.Json.Nodes.JsonNode.Parse("""[{"name":"median"}]""");

        var answer = await _server.InferAsync(request.ToJsonString());

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("The model has no output 'median'; it gives 'mean'.", answer.Error);
    }

    [Theory]
    [InlineData("/v2/models/digits", "There is no model 'digits' here; this server has 'fashion'.")]
    [InlineData("/v2/models/digits/ready", "There is no model 'digits' here; this server has 'fashion'.")]
    [InlineData("/v2/models/fashion/versions/2", "Model 'fashion' has no version '2' here; this server has '1'.")]
    [InlineData("/v2/models/fashion/versions/2/ready", "Model 'fashion' has no version '2' here; this server has '1'.")]
    [InlineData("/v3", "GET /v3 is nothing this server answers; see GET /v2.")]
    public async Task What_is_not_here_is_404(string path, string sentence)
    {
        var answer = await _server.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal(sentence, answer.Error);
    }

    [Theory]
    [InlineData("/v2/models/digits/infer", "There is no model 'digits' here; this server has 'fashion'.")]
    [InlineData("/v2/models/fashion/versions/2/infer", "Model 'fashion' has no version '2' here; this server has '1'.")]
    public async Task Inference_of_what_is_not_here_is_404(string path, string sentence)
    {
        var answer = await _server.PostAsync(path, "not even JSON");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal(sentence, answer.Error);
    }

    [Fact]
    public async Task Another_method_is_405()
    {
        var answer = await _server.GetAsync("/v2/models/fashion/infer");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Equal("GET /v2/models/fashion/infer is nothing this server answers; see GET /v2.", answer.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_large_is_413(bool lengthAnnounced)
    {
        var answer = await _server.SendAsync(Post(Requests.Image(rows: 100), request =>
        {
            request.Headers.TransferEncodingChunked = !lengthAnnounced;
            request.Headers.ExpectContinue = true;
        }));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Equal("The body is larger than 100000 bytes; send fewer rows at once.", answer.Error);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/octet-stream")]
    public async Task Another_media_type_is_415(string mediaType)
    {
        var answer = await _server.SendAsync(Post(Requests.Image(), request => request.Content!.Headers.ContentType = new(mediaType)));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Equal(
            $"Content-Type is '{mediaType}'; send application/json, or application/octet-stream with Inference-Header-Content-Length.",
            answer.Error);
    }

    [Fact]
    public async Task A_body_in_another_coding_is_415()
    {
        var answer = await _server.SendAsync(Post(Requests.Image(), request => request.Content!.Headers.ContentEncoding.Add("br")));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Equal("Content-Encoding is 'br'; send gzip, deflate, or the body as it is.", answer.Error);
    }

    [Fact]
    public async Task A_body_without_a_media_type_is_JSON()
    {
        var answer = await _server.SendAsync(Post(Requests.Image(), request => request.Content!.Headers.ContentType = null));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    private static HttpRequestMessage Post(string json, Action<HttpRequestMessage> change)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/fashion/infer")
        {
            Content = new StringContent(json, new MediaTypeHeaderValue("application/json")),
        };
        change(request);
        return request;
    }
}
