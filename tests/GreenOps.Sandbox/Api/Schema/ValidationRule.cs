using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Cel;
using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Schema;

/// <summary>One entry of <c>x-kubernetes-validations</c>.</summary>
/// <param name="Rule">The rule; it holds where it is true.</param>
/// <param name="Message">What to say where it does not hold; null for a sentence made from the rule.</param>
/// <param name="MessageExpression">An expression for that sentence, used before <paramref name="Message"/>.</param>
/// <param name="FieldPath">The field to blame, relative to the rule's place.</param>
/// <param name="Reason">The machine-readable cause; null for an invalid value.</param>
internal sealed record ValidationRule(CelProgram Rule, string? Message, CelProgram? MessageExpression, string? FieldPath, string? Reason)
{
    /// <summary>Whether the rule compares with the value before an update, and so has nothing to say otherwise.</summary>
    public bool IsTransition => Rule.Mentions("oldSelf");

    /// <summary>Reads one entry; throws <see cref="CelException"/> when an expression cannot be read.</summary>
    public static ValidationRule Read(JsonObject source) => new(
        CelProgram.Compile(source.String("rule") ?? ""),
        source.String("message")?.Trim() is { Length: > 0 } message ? message : null,
        source.String("messageExpression") is { Length: > 0 } expression ? CelProgram.Compile(expression) : null,
        source.String("fieldPath"),
        source.String("reason"));

    /// <summary>Checks one value; null when the rule holds.</summary>
    public FieldError? Check(JsonNode? value, CelScope scope, string path)
    {
        try
        {
            if (CelValue.Bool(Rule.Evaluate(scope))) return null;
        }
        catch (CelException error)
        {
            return FieldError.InvalidShown(Place(path), TypeOf(value), $"{error.Message} evaluating rule: {Message ?? Rule.Source}");
        }
        return Failure(value, Place(Blamed(path)), Explain(scope));
    }

    private FieldError Failure(JsonNode? value, string path, string detail) => Reason switch
    {
        "FieldValueForbidden" => FieldError.Forbidden(path, detail),
        "FieldValueRequired" => FieldError.Required(path, detail),
        "FieldValueDuplicate" => FieldError.Duplicate(path, value),
        // A whole object would drown the sentence.
        _ when value is JsonObject or JsonArray => new(path, "FieldValueInvalid", $"Invalid value: {detail}"),
        _ => FieldError.Invalid(path, value, detail),
    };

    private string Explain(CelScope scope)
    {
        try
        {
            if (MessageExpression?.Evaluate(scope) is string { Length: > 0 } explained && !explained.Contains('\n')) return explained.Trim();
        }
        catch (CelException)
        {
            // A message that cannot be computed must not hide the refusal: the constant one follows.
        }
        return Message ?? $"failed rule: {Rule.Source.Trim()}";
    }

    private string Blamed(string path) => FieldPath is null ? path : path.Length == 0 ? FieldPath.TrimStart('.') : path + FieldPath;

    private static string Place(string path) => path.Length == 0 ? "<nil>" : path;

    private static string TypeOf(JsonNode? value) => value switch
    {
        JsonObject => "\"object\"",
        JsonArray => "\"array\"",
        _ => FieldError.Show(value),
    };
}
