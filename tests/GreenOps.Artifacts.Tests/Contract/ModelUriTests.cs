namespace GreenOps.Artifacts.Tests.Contract;

public class ModelUriTests
{
    [Fact]
    public void Every_kind_of_address_is_read()
    {
        Assert.Equal(new FileModelUri(null, "/models/a b.onnx"), ModelUri.Parse("file:///models/a%20b.onnx"));
        Assert.Equal(new FileModelUri("models", "/claims/models/vision/net.onnx"), ModelUri.Parse("pvc://models/vision/net.onnx"));
        Assert.Equal(new HttpModelUri(new Uri("https://host/net.onnx?download=true")), ModelUri.Parse("https://host/net.onnx?download=true"));
        Assert.Equal(new S3ModelUri("models", "vision/100% a#b?.onnx"), ModelUri.Parse("s3://models/vision/100% a#b?.onnx"));
    }

    [Theory]
    [InlineData("net.onnx", "write file:///path")]
    [InlineData("", "write file:///path")]
    [InlineData("ftp://host/net.onnx", "'ftp' is not one of file, pvc, http, https, s3")]
    [InlineData("file://host/net.onnx", "three slashes")]
    [InlineData("file:///", "three slashes")]
    [InlineData("file:///models/../etc/passwd", "'..' is not allowed")]
    [InlineData("pvc:///net.onnx", "name the claim")]
    [InlineData("pvc://claim", "name the file on the claim")]
    [InlineData("pvc://claim/", "name the file on the claim")]
    [InlineData("pvc://claim/a/../../other", "'..' is not allowed")]
    [InlineData("pvc://claim/%2e%2e/other", "'..' is not allowed")]
    [InlineData("s3://bucket", "s3://bucket/key")]
    [InlineData("s3:///key", "s3://bucket/key")]
    [InlineData("https://user:password@host/net.onnx", "put them into a secret")]
    public void Another_address_is_refused_with_what_to_write(string uri, string inMessage)
    {
        var error = Assert.Throws<ContractException>(() => ModelUri.Parse(uri));

        Assert.Contains(inMessage, error.Message);
        Assert.DoesNotContain("password@", error.Message);
    }
}
