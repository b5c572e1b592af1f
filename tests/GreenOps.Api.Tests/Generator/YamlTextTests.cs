using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Xunit;
using GreenOps.Api.Tests.Manifests;
using GreenOps.CrdGen;

namespace GreenOps.Api.Tests.Generator;

public sealed class YamlTextTests
{
    /// <summary>Half a surrogate pair is no text in any encoding; UTF-8 puts U+FFFD in its place.</summary>
    [Property(MaxTest = 500)]
    public void Any_string_reads_back_as_the_same_string(UnicodeString text) =>
        AssertReadsBack(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)));

    [Theory]
    [InlineData("true")]
    [InlineData("on")]
    [InlineData("Y")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("")]
    [InlineData("0.7")]
    [InlineData("1_000")]
    [InlineData("0x1F")]
    [InlineData("12:30:45")]
    [InlineData(".inf")]
    [InlineData("2026-01-01")]
    [InlineData("key: value")]
    [InlineData("text # no comment")]
    [InlineData("- item")]
    [InlineData("*alias")]
    [InlineData(" space before")]
    [InlineData("space after ")]
    [InlineData("it's")]
    [InlineData("it's \"both\"")]
    [InlineData(@"^[0-9]+(\.[0-9]+)?$")]
    [InlineData("two\nlines")]
    [InlineData("two\n  lines, one indented\n")]
    [InlineData("trailing \nspace")]
    [InlineData("next\u0085line")]
    [InlineData("\u2028 and \u2029")]
    [InlineData("return\r\nand feed")]
    public void A_string_that_looks_like_something_else_stays_a_string(string text) => AssertReadsBack(text);

    [Theory]
    [InlineData("on")]
    [InlineData("Y")]
    [InlineData("1_000")]
    [InlineData("12:30:45")]
    public void A_string_that_only_YAML_1_1_takes_for_something_else_is_quoted(string text) =>
        Assert.Equal($"a: '{text}'\n", YamlText.Write(new JsonObject { ["a"] = text }));

    [Fact]
    public void Members_keep_their_order_and_numbers_and_flags_stand_plain() =>
        Assert.Equal(
            "b: 1\na:\n  - true\n  - 2.5\nempty: {}\n",
            YamlText.Write(new JsonObject { ["b"] = 1, ["a"] = new JsonArray(true, 2.5), ["empty"] = new JsonObject() }));

    private static void AssertReadsBack(string text)
    {
        var tree = new JsonObject { ["key"] = text, ["list"] = new JsonArray(text), ["nested"] = new JsonObject { ["key"] = text } };

        var read = YamlTree.Document(YamlText.Write(tree));

        Assert.True(JsonNode.DeepEquals(tree, read), $"{tree.ToJsonString()} came back as {read.ToJsonString()}.");
    }
}
