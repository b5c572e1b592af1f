using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Schema;

/// <summary>One complaint about one field, in the shape and the words of Kubernetes' field errors.</summary>
/// <param name="Path">The field, e.g. <c>spec.items[0].name</c>.</param>
/// <param name="Reason">The machine-readable cause, e.g. <c>FieldValueInvalid</c>.</param>
/// <param name="Body">The sentence after the path, e.g. <c>Invalid value: 0: must be greater than or equal to 1</c>.</param>
internal sealed record FieldError(string Path, string Reason, string Body)
{
    public static FieldError Invalid(string path, JsonNode? value, string detail) => InvalidShown(path, Show(value), detail);

    /// <summary>An invalid value whose printed form is given.</summary>
    public static FieldError InvalidShown(string path, string shown, string detail) => new(path, "FieldValueInvalid", $"Invalid value: {shown}: {detail}");

    /// <summary>A value of the wrong type: Kubernetes shows the type's name in the place of the value.</summary>
    public static FieldError WrongType(string path, JsonNode? value, string detail) => new(path, "FieldValueTypeInvalid", $"Invalid value: {Show(value)}: {detail}");

    public static FieldError Required(string path, string detail) => new(path, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    public static FieldError Unsupported(string path, JsonNode? value, IEnumerable<JsonNode?> supported) =>
        new(path, "FieldValueNotSupported", $"Unsupported value: {Show(value)}: supported values: {string.Join(", ", supported.Select(Show))}");

    public static FieldError Duplicate(string path, JsonNode? value) => new(path, "FieldValueDuplicate", $"Duplicate value: {Show(value)}");

    public static FieldError TooMany(string path, long actual, long limit) =>
        new(path, "FieldValueTooMany", $"Too many: {actual}: must have at most {limit} item{(limit == 1 ? "" : "s")}");

    public static FieldError TooLong(string path, string detail) => new(path, "FieldValueTooLong", detail);

    public static FieldError Forbidden(string path, string detail) => new(path, "FieldValueForbidden", $"Forbidden: {detail}");

    public JsonNode ToCause() => new JsonObject { ["reason"] = Reason, ["message"] = Body, ["field"] = Path };

    public override string ToString() => $"{Path}: {Body}";

    public static string Show(JsonNode? value) => value.IsNumber() ? GoText.Value(value) : value.ToText();
}
