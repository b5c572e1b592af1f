using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;
using GreenOps.Api.Tests.Manifests;
using GreenOps.CrdGen;
using GreenOps.CrdGen.Schemas;
using k8s.Models;

namespace GreenOps.Api.Tests.Generator;

public sealed class SchemaBuilderTests
{
    private static readonly SchemaBuilder Builder = new(XmlDocumentation.Of(typeof(SchemaBuilderTests).Assembly));

    [Fact]
    public void Every_annotation_has_its_keyword()
    {
        var expected = YamlTree.Document(
            """
            description: All that a type can say.
            type: object
            properties:
              name:
                description: Plain text with code and Name.
                type: string
                minLength: 1
                maxLength: 8
                pattern: '^[a-z]+$'
                x-kubernetes-validations:
                  - { rule: "self.matches(r'^[a-z]+$')", message: lower case }
              share:
                description: A share.
                type: string
                default: '0.5'
                maxLength: 19
                pattern: '^[0-9]{1,6}(\.[0-9]{1,12})?$'
                x-kubernetes-validations:
                  - rule: "self.matches(r'^[0-9]{1,6}(\\.[0-9]{1,12})?$') && double(self) > 0.0 && double(self) <= 2.5"
                    message: "must be a decimal number greater than 0 and at most 2.5, written as a string such as '0.5'"
              color:
                description: "A color.\nRed: Like tomatoes.\nsky: Like noon."
                type: string
                enum: [Red, sky]
                default: sky
              effect:
                description: An effect.
                type: string
                enum: [A, B]
              count:
                description: A count.
                type: integer
                format: int64
                default: 3
                minimum: 1
                maximum: 9
              when:
                description: A time.
                type: string
                format: date-time
              parts:
                description: Parts.
                type: array
                items:
                  description: One part.
                  type: object
                  properties:
                    key: { description: The key., type: string }
                  required: [key]
                maxItems: 4
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [key]
              sizes:
                description: Sizes.
                type: object
                additionalProperties: { type: number, format: double }
                minProperties: 1
                maxProperties: 2
              inner:
                description: Inner.
                type: object
                properties:
                  left: { description: Left., type: boolean, default: true }
                  right: { description: Right., type: integer, format: int32 }
                default: { left: true }
                x-kubernetes-validations:
                  - { rule: '[has(self.left), has(self.right)].filter(isSet, isSet).size() == 1', message: 'set exactly one of: left, right' }
            required: [name]
            x-kubernetes-validations:
              - { rule: self.count > 0, message: count must be positive }
            """);

        var actual = Builder.ForResource(typeof(Everything));

        Assert.True(JsonNode.DeepEquals(expected, actual), YamlText.Write(actual));
    }

    [Fact]
    public void A_quantity_may_be_a_number_or_a_string()
    {
        var amount = Builder.ForResource(typeof(WithQuantity))["properties"]!["amount"]!;

        Assert.True((bool)amount["x-kubernetes-int-or-string"]!);
        Assert.Null(amount["type"]);
        Assert.Matches((string)amount["pattern"]!, "500m");
        Assert.DoesNotMatch((string)amount["pattern"]!, "two");
    }

    [Theory]
    [InlineData(typeof(WithoutSummary), "has no <summary>")]
    [InlineData(typeof(WithOptionalKey), "the list key 'key' must be required")]
    [InlineData(typeof(WithForeignType), "System.Uri has no schema")]
    [InlineData(typeof(WithUnknownAnnotation), "[EmailAddressAttribute] has no counterpart")]
    [InlineData(typeof(WithLengthOfNumber), "[Length] is for strings, lists and dictionaries")]
    [InlineData(typeof(WithFloatingDefault), "[DefaultValue(0.5)]")]
    public void What_a_schema_cannot_hold_is_an_error_that_names_it(Type type, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<SchemaException>(() => Builder.ForResource(type)).Message, StringComparison.Ordinal);

    /// <summary>All that a type can say.</summary>
    [Rule("self.count > 0", "count must be positive")]
    public sealed record Everything
    {
        /// <summary>
        /// Plain <b>text</b> with <c>code</c>
        /// and <see cref="Name"/>.
        /// </summary>
        [JsonPropertyName("name")]
        [Length(1, 8)]
        [RegularExpression("^[a-z]+$", ErrorMessage = "lower case")]
        public required string Name { get; init; }

        /// <summary>A share.</summary>
        [JsonPropertyName("share")]
        [DefaultValue("0.5")]
        [DecimalString(0, 2.5, ExclusiveMinimum = true)]
        public string Share { get; init; } = "0.5";

        /// <summary>A color.</summary>
        [JsonPropertyName("color")]
        [DefaultValue(Color.Blue)]
        public Color Color { get; init; }

        /// <summary>An effect.</summary>
        [JsonPropertyName("effect")]
        [AllowedValues("A", "B")]
        public string? Effect { get; init; }

        /// <summary>A count.</summary>
        [JsonPropertyName("count")]
        [DefaultValue(3L)]
        [Range(1L, 9L)]
        public long Count { get; init; }

        /// <summary>A time.</summary>
        [JsonPropertyName("when")]
        public DateTimeOffset? When { get; init; }

        /// <summary>Parts.</summary>
        [JsonPropertyName("parts")]
        [Length(0, 4)]
        [ListMapKeys("key")]
        public IReadOnlyList<Part> Parts { get; init; } = [];

        /// <summary>Sizes.</summary>
        [JsonPropertyName("sizes")]
        [Length(1, 2)]
        public IReadOnlyDictionary<string, double>? Sizes { get; init; }

        /// <summary>Inner.</summary>
        [JsonPropertyName("inner")]
        [DefaultValue(typeof(Choice))]
        public Choice Inner { get; init; } = new();

        [JsonIgnore]
        public bool NotInTheSchema { get; init; }
    }

    public enum Color
    {
        /// <summary>Like tomatoes.</summary>
        Red,

        /// <summary>Like noon.</summary>
        [JsonStringEnumMemberName("sky")]
        Blue,
    }

    /// <summary>One part.</summary>
    public sealed record Part
    {
        /// <summary>The key.</summary>
        [JsonPropertyName("key")]
        public required string Key { get; init; }
    }

    /// <summary>A choice.</summary>
    [ExactlyOneOf("left", "right")]
    public sealed record Choice
    {
        /// <summary>Left.</summary>
        [JsonPropertyName("left")]
        [DefaultValue(true)]
        public bool Left { get; init; } = true;

        /// <summary>Right.</summary>
        [JsonPropertyName("right")]
        public int? Right { get; init; }
    }

    /// <summary>A quantity.</summary>
    public sealed record WithQuantity
    {
        /// <summary>Amount.</summary>
        [JsonPropertyName("amount")]
        public ResourceQuantity? Amount { get; init; }
    }

    public sealed record WithoutSummary
    {
        [JsonPropertyName("name")]
        public string? Name { get; init; }
    }

    public sealed record WithOptionalKey
    {
        /// <summary>Entries.</summary>
        [JsonPropertyName("entries")]
        [ListMapKeys("key")]
        public IReadOnlyList<Entry> Entries { get; init; } = [];

        public sealed record Entry
        {
            /// <summary>The key.</summary>
            [JsonPropertyName("key")]
            public string? Key { get; init; }
        }
    }

    public sealed record WithForeignType
    {
        /// <summary>An address.</summary>
        [JsonPropertyName("uri")]
        public Uri? Address { get; init; }
    }

    public sealed record WithUnknownAnnotation
    {
        /// <summary>An address.</summary>
        [JsonPropertyName("mail")]
        [EmailAddress]
        public string? Mail { get; init; }
    }

    public sealed record WithLengthOfNumber
    {
        /// <summary>A number.</summary>
        [JsonPropertyName("number")]
        [Length(1, 2)]
        public int Number { get; init; }
    }

    public sealed record WithFloatingDefault
    {
        /// <summary>A number.</summary>
        [JsonPropertyName("number")]
        [DefaultValue(0.5)]
        public double Number { get; init; }
    }
}
