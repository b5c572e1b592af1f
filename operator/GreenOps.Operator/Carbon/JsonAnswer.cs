using System.Globalization;
using System.Text.Json;

namespace GreenOps.Operator.Carbon;

/// <summary>
/// A provider's answer, or a part of it. What is missing or of another kind than documented ends in a sentence that names
/// the place.
/// </summary>
public readonly struct JsonAnswer
{
    private readonly ProviderCall call;
    private readonly string path;
    private readonly JsonElement element;

    private JsonAnswer(ProviderCall call, string path, JsonElement element) => (this.call, this.path, this.element) = (call, path, element);

    /// <summary>Reads a whole answer.</summary>
    /// <exception cref="CarbonDataException">It is not JSON.</exception>
    public static JsonAnswer Parse(ProviderCall call, string body)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            using var document = JsonDocument.Parse(body);
            return new JsonAnswer(call, "", document.RootElement.Clone());
        }
        catch (JsonException error)
        {
            throw new CarbonDataException(CarbonFaults.AnswerInvalid, $"The answer of {call.Provider} to /{call.Path} is cut off or is no JSON; check {call.Field}.baseUrl.", error);
        }
    }

    /// <summary>Whether this is a list.</summary>
    public bool IsList => element.ValueKind == JsonValueKind.Array;

    /// <summary>The member of that name.</summary>
    public JsonAnswer this[string name] => Find(name) ?? throw Invalid(name, "is missing");

    /// <summary>The entries of a list.</summary>
    public IEnumerable<JsonAnswer> List()
    {
        if (!IsList)
        {
            throw Invalid(null, "is no list");
        }

        var (call, path) = (this.call, this.path);
        return element.EnumerateArray().Select((entry, index) => new JsonAnswer(call, $"{path}[{index}]", entry));
    }

    /// <summary>A text; null when it is missing or null.</summary>
    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { element.ValueKind: JsonValueKind.String } text => text.element.GetString(),
        { } other => throw Invalid(name, $"is {other.Quote()} and should be a text"),
    };

    /// <summary>This part as a text.</summary>
    public string Text() => element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Invalid(null, $"is {Quote()} and should be a text");

    /// <summary>This part as a number.</summary>
    public double Number() => element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number) ? number : throw Invalid(null, $"is {Quote()} and should be a number");

    /// <summary>An intensity; null when it is missing, null, beyond belief, or negative, which is how some say that they do not know.</summary>
    public double? Intensity(string name) => Find(name)?.Number() is double number and >= 0 and < CarbonUnits.Unbelievable ? number : null;

    /// <summary>A time with its offset from UTC.</summary>
    public DateTimeOffset Time(string name)
    {
        var text = this[name].Text();
        var clock = text.IndexOf('T', StringComparison.Ordinal);
        return clock > 0
            && (text.EndsWith('Z') || text.AsSpan(clock).ContainsAny('+', '-'))
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
                ? time
                : throw Invalid(name, $"is '{Short(call.Redact(text))}' and should be a time with its offset from UTC, such as 2026-06-01T12:00:00Z");
    }

    /// <summary>A fault of this answer.</summary>
    public CarbonDataException Fault(string reason, string sentence) => new(reason, $"{call.Provider}: {call.Redact(sentence)}");

    private CarbonDataException Invalid(string? name, string what)
    {
        var place = (path, name) switch
        {
            ("", null) => "the whole",
            (_, null) => path,
            ("", _) => name,
            _ => $"{path}.{name}",
        };
        return new(CarbonFaults.AnswerInvalid, $"The answer of {call.Provider} to /{call.Path} is not as documented: {place} {what}; check {call.Field}.");
    }

    private JsonAnswer? Find(string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Invalid(null, $"is {Quote()} and should have the member {name}");
        }

        return element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? new JsonAnswer(call, path.Length == 0 ? name : $"{path}.{name}", member)
            : null;
    }

    private string Quote() => $"'{Short(call.Redact(element.GetRawText()))}'";

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}...";
}
