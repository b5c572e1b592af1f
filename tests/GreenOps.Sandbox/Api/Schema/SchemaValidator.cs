using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;

using GreenOps.Sandbox.Api.Apply;
using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Schema;

/// <summary>Checks a value against a structural schema; the complaints read as the API server's own.</summary>
internal static partial class SchemaValidator
{
    /// <summary>All complaints about a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="schema">Its type.</param>
    /// <param name="path">Its place, e.g. <c>spec.items[0]</c>; empty for the root.</param>
    public static IReadOnlyList<FieldError> Check(JsonNode? value, StructuralSchema schema, string path = "")
    {
        var errors = new List<FieldError>();
        Check(value, schema, path, errors);
        return errors;
    }

    private static void Check(JsonNode? value, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (value is null && (schema.Nullable || (schema.Type is null && !schema.IntOrString))) return;
        // A value of the wrong type is held against the rest of its schema all the same.
        if (!HasType(value, schema)) AddTypeError(value, schema, path, errors);
        if (schema.Checks is { } checks) CheckValue(value, checks, path, errors);
        switch (value)
        {
            case JsonObject obj:
                CheckObject(obj, schema, path, errors);
                break;
            case JsonArray array:
                CheckArray(array, schema, path, errors);
                break;
            case JsonValue text when schema.Format is { } format && text.IsString() && !HasFormat(text.GetValue<string>(), format):
                errors.Add(FieldError.Invalid(path, value, $"{path} in body must be of type {format}: {value.ToText()}"));
                break;
            case JsonValue number when schema.Type == "integer" && number.IsNumber() && !IsInRange(number, schema.Format):
                errors.Add(Unplaced($"Checked value must be of type integer {(schema.Format is { } wanted ? $"with format {wanted}" : "(default format)")} in {path}"));
                break;
        }
    }

    private static bool HasType(JsonNode? value, StructuralSchema schema)
    {
        if (schema.IntOrString) return value.IsString() || IsWhole(value);
        return schema.Type switch
        {
            null => true,
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => value.IsString(),
            "integer" => IsWhole(value),
            "number" => value.IsNumber(),
            "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
            _ => true,
        };
    }

    private static void AddTypeError(JsonNode? value, StructuralSchema schema, string path, List<FieldError> errors)
    {
        var (wanted, actual) = (schema.IntOrString ? "integer,string" : schema.Type, TypeName(value));
        // Where the schema names a format, the formats are compared, unless the value is a string, a list or null.
        if (schema.Format is { } format && value?.GetValueKind() is not (null or JsonValueKind.String or JsonValueKind.Array)) (wanted, actual) = (format, FormatName(value));
        errors.Add(FieldError.WrongType(path, actual, $"{path} in body must be of type {wanted}: \"{actual}\""));
    }

    private static bool IsInRange(JsonValue number, string? format) =>
        IsWhole(number) && (format != "int32" || number.Number() is >= int.MinValue and <= int.MaxValue);

    private static void CheckValue(JsonNode? value, ValueChecks checks, string path, List<FieldError> errors)
    {
        if (checks.Enum is { } allowed && !allowed.Any(value.Same)) errors.Add(FieldError.Unsupported(path, value, allowed));
        if (value is null) return;
        if (value is JsonValue scalar && scalar.IsString()) CheckText(scalar.GetValue<string>(), checks, path, errors);
        if (value is JsonValue number && number.IsNumber()) CheckNumber(number, checks, path, errors);
        CheckCombinations(value, checks, path, errors);
    }

    private static void CheckText(string text, ValueChecks checks, string path, List<FieldError> errors)
    {
        var length = text.EnumerateRunes().Count();
        if (length > checks.MaxLength) errors.Add(FieldError.TooLong(path, $"Too long: may not be more than {checks.MaxLength} bytes"));
        else if (length < checks.MinLength) errors.Add(FieldError.Invalid(path, text, $"{path} in body should be at least {checks.MinLength} chars long"));
        else if (checks.Pattern is { } pattern && !pattern.IsMatch(text)) errors.Add(FieldError.Invalid(path, text, $"{path} in body should match '{pattern}'"));
    }

    private static void CheckNumber(JsonValue value, ValueChecks checks, string path, List<FieldError> errors)
    {
        var number = value.Number();
        void Refuse(string detail) => errors.Add(FieldError.Invalid(path, value, $"{path} in body should be {detail}"));
        // Limits are shown as what the value is: an integer, or a floating-point number.
        string Show(double? limit) => value.IsInteger() ? limit!.Value.ToString("R", CultureInfo.InvariantCulture) : GoText.Float(limit!.Value);
        if (checks.MultipleOf is { } step && Math.Abs(Math.IEEERemainder(number, step)) > 1e-9) Refuse($"a multiple of {Show(step)}");
        if (checks.ExclusiveMaximum ? number >= checks.Maximum : number > checks.Maximum)
            Refuse($"less than {(checks.ExclusiveMaximum ? "" : "or equal to ")}{Show(checks.Maximum)}");
        if (checks.ExclusiveMinimum ? number <= checks.Minimum : number < checks.Minimum)
            Refuse($"greater than {(checks.ExclusiveMinimum ? "" : "or equal to ")}{Show(checks.Minimum)}");
    }

    private static void CheckCombinations(JsonNode value, ValueChecks checks, string path, List<FieldError> errors)
    {
        foreach (var schema in checks.AllOf) Check(value, schema, path, errors);
        if (checks.AnyOf.Count > 0)
        {
            var outcomes = checks.AnyOf.Select(schema => Check(value, schema, path)).ToList();
            if (outcomes.TrueForAll(outcome => outcome.Count > 0))
            {
                errors.Add(Unplaced($"\"{path}\" must validate at least one schema (anyOf)"));
                errors.AddRange(outcomes[0]);
            }
        }
        if (checks.OneOf.Count > 0)
        {
            var outcomes = checks.OneOf.Select(schema => Check(value, schema, path)).ToList();
            var valid = outcomes.Count(outcome => outcome.Count == 0);
            var found = valid == 0 ? "Found none valid" : $"Found {valid} valid alternatives";
            if (valid != 1) errors.Add(Unplaced($"\"{path}\" must validate one and only one schema (oneOf). {found}"));
            if (valid == 0) errors.AddRange(outcomes.MinBy(outcome => outcome.Count)!);
        }
        if (checks.Not is { } not && Check(value, not, path).Count == 0) errors.Add(Unplaced($"\"{path}\" must not validate the schema (not)"));
    }

    private static void CheckObject(JsonObject obj, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (obj.Count > schema.Checks?.MaxProperties) errors.Add(FieldError.TooMany(path, obj.Count, schema.Checks.MaxProperties.Value));
        if (obj.Count < schema.Checks?.MinProperties)
            errors.Add(FieldError.Invalid(path, JsonValue.Create(obj.Count), $"{path} in body should have at least {schema.Checks.MinProperties} properties"));
        foreach (var name in schema.Checks?.Required ?? [])
        {
            if (!obj.ContainsKey(name)) errors.Add(FieldError.Required(Join(path, name), ""));
        }
        foreach (var (name, child) in obj)
        {
            if (schema.Declares(name) || schema.AdditionalProperties is not null) Check(child, schema.Property(name), Join(path, name), errors);
        }
    }

    private static void CheckArray(JsonArray array, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (array.Count > schema.Checks?.MaxItems) errors.Add(FieldError.TooMany(path, array.Count, schema.Checks.MaxItems.Value));
        if (array.Count < schema.Checks?.MinItems)
            errors.Add(FieldError.Invalid(path, JsonValue.Create(array.Count), $"{path} in body should have at least {schema.Checks.MinItems} items"));
        for (var i = 0; i < array.Count; i++) Check(array[i], schema.Element, $"{path}[{i}]", errors);
        if (schema.Checks?.UniqueItems == true || schema.ListKind != ListKind.Atomic) CheckUnique(array, schema, path, errors);
    }

    private static void CheckUnique(JsonArray array, StructuralSchema schema, string path, List<FieldError> errors)
    {
        var strangers = schema.ListKind == ListKind.Map ? Enumerable.Range(0, array.Count).Where(i => array[i] is not (null or JsonObject)).ToList() : [];
        errors.AddRange(strangers.Select(i => FieldError.Invalid($"{path}[{i}]", array[i], "must be an object for an array of list-type map")));
        // Kubernetes looks for duplicates only among objects, and only where all are.
        if (strangers.Count > 0) return;
        var seen = new HashSet<string>();
        for (var i = 0; i < array.Count; i++)
        {
            if (schema.ListKind == ListKind.Map && array[i] is null) continue;
            var element = TypedFields.ItemElement(array[i], schema);
            if (!seen.Add(element)) errors.Add(FieldError.Duplicate($"{path}[{i}]", JsonNode.Parse(element[2..])));
        }
    }

    private static bool HasFormat(string text, string format) => format switch
    {
        "date-time" => DateTime().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        "duration" => Duration().IsMatch(text) || IsIsoDuration(text),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "ipv4" => System.Net.IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork,
        "ipv6" => System.Net.IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
        _ => true,
    };

    private static bool IsIsoDuration(string text)
    {
        try
        {
            XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool IsWhole(JsonNode? value) => value is JsonValue number && number.TryLong(out _);

    private static string TypeName(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.IsInteger() ? "integer" : "number",
        _ => "null",
    };

    private static string FormatName(JsonNode value) => !value.IsNumber() ? "" : value.IsInteger() ? "int64" : "float64";

    /// <summary>A complaint for which Kubernetes' validator keeps no place of its own.</summary>
    private static FieldError Unplaced(string detail) => FieldError.Invalid("<nil>", "", detail);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:?\d{2})$")]
    private static partial Regex DateTime();

    [GeneratedRegex(@"^-?(\d+(\.\d+)?\s*(ns|us|µs|ms|s|m|h|d|w)\s*)+$")]
    private static partial Regex Duration();
}
