using System.Text;
using GreenOps.Contract;
using GreenOps.Server.Routing;

namespace GreenOps.Server.Tests.Routing;

public sealed class RoutingDocumentTests
{
    private const string Good = """
        {"schemaVersion":"greenops.dev/routing/v1","model":"fashion","version":"1","variants":[{"name":"full","path":"train-1","weight":100}]}
        """;

    [Fact]
    public void A_good_document_is_read()
    {
        var table = RoutingDocument.Read(Encoding.UTF8.GetBytes(Good));

        Assert.Equal(new RoutedVariant("full", "train-1", 100), Assert.Single(table.Variants));
    }

    [Theory]
    [InlineData("routing/v1", "routing/v2", "schemaVersion is 'greenops.dev/routing/v2'; this server reads 'greenops.dev/routing/v1'.")]
    [InlineData("\"fashion\"", "\"\"", "model is empty; name the model.")]
    [InlineData("\"version\":\"1\"", "\"version\":\"\"", "version is empty; give the training revision.")]
    [InlineData("100}", "99}", "the weights sum to 99; they must sum to 100.")]
    [InlineData("100}", "101}", "variant 'full' has weight 101; it must be 0 to 100 percent.")]
    [InlineData("train-1", "../train-1", "variant 'full' has path '../train-1'; it must be the name of a folder below the models folder.")]
    [InlineData("train-1", "..", "variant 'full' has path '..'; it must be the name of a folder below the models folder.")]
    [InlineData("train-1", "", "variant 'full' has path ''; it must be the name of a folder below the models folder.")]
    [InlineData("\"full\"", "\"\"", "variants holds a variant without a name.")]
    [InlineData("100}", "50},{\"name\":\"full\",\"path\":\"b\",\"weight\":50}", "variant 'full' is there twice; names must differ.")]
    public void What_cannot_be_followed_is_refused_with_a_sentence(string part, string replacement, string sentence)
    {
        var error = Assert.Throws<ContractException>(() => RoutingDocument.Read(Encoding.UTF8.GetBytes(Good.Replace(part, replacement, StringComparison.Ordinal))));

        Assert.Equal($"routing.json cannot be followed: {sentence}", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"schemaVersion":"greenops.dev/routing/v1","model":"fashion","version":"1","variants":[null]}""")]
    [InlineData("""{"schemaVersion":"greenops.dev/routing/v1","model":"fashion","version":"1","variants":[]}""")]
    [InlineData("""{"schemaVersion":"greenops.dev/routing/v1","model":"fashion","version":"1","variants":null}""")]
    [InlineData("""{"schemaVersion":"greenops.dev/routing/v1","model":"fashion","version":"1","variants":[{"name":"full","path":null,"weight":100}]}""")]
    public void What_is_no_routing_table_is_refused(string json) =>
        Assert.Throws<ContractException>(() => RoutingDocument.Read(Encoding.UTF8.GetBytes(json)));
}
