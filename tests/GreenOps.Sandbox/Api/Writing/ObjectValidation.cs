using System.Text.Json;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Apply;
using GreenOps.Sandbox.Api.Cel;
using GreenOps.Sandbox.Api.Http;
using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Writing;

/// <summary>Refuses objects that Kubernetes would refuse.</summary>
internal static class ObjectValidation
{
    private const string NotAllChecked = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

    /// <summary>
    /// Refuses what cannot even be decoded. Built-in kinds, and every kind's metadata, have Go structs behind them;
    /// a custom resource's other fields are checked with its schema.
    /// </summary>
    public static void RefuseUnreadable(ResourceType type, JsonObject obj)
    {
        var mistake = type.Custom is null
            ? Unreadable(obj, type.Schema, type.Kind)
            : obj["metadata"] is { } meta and not JsonObject
                ? $"{GoText.JsonKind(meta)} into Go value of type v1.ObjectMeta"
                : Unreadable(obj["metadata"], BuiltInSchemas.Metadata, "ObjectMeta");
        if (mistake is not null)
            throw ApiStatusException.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: json: cannot unmarshal {mistake}");
    }

    /// <summary>Refuses an applied configuration that is no value of its type.</summary>
    public static void RefuseUntyped(ResourceType type, JsonObject applied)
    {
        var complaints = TypedConfiguration.Complaints(applied, type.Schema);
        if (complaints.Count == 0) return;
        var summary = complaints.Count == 1 ? complaints[0] : $"errors:{string.Concat(complaints.Select(complaint => $"\n  {complaint}"))}";
        throw new ApiStatusException(
            500, "", $"failed to create typed patch object ({applied.Namespace()}/{applied.Name()}; {type.ApiVersion}, Kind={type.Kind}): {summary}");
    }

    public static void RefuseInvalidCreate(ResourceType type, JsonObject obj) => Refuse(type, obj, Errors(type, live: null, obj));

    public static void RefuseInvalidUpdate(ResourceType type, JsonObject live, JsonObject obj) =>
        Refuse(type, obj, [.. Errors(type, live, obj), .. ImmutableErrors(type, live, obj)]);

    /// <summary>What the rules say of an object as its defaults complete it.</summary>
    public static IReadOnlyList<FieldError> RuleErrors(ResourceType type, JsonObject obj)
    {
        var complete = obj.Copy();
        Defaulting.Apply(complete, type.Schema);
        return RuleValidator.Check(complete, null, type.Schema);
    }

    private static void Refuse(ResourceType type, JsonObject obj, IReadOnlyList<FieldError> errors)
    {
        if (errors.Count > 0) throw ApiStatusException.Invalid(type, obj.Name(), errors);
    }

    private static IEnumerable<FieldError> MetadataErrors(ResourceType type, JsonObject obj)
    {
        var name = obj.Name();
        if (name.Length == 0) yield return FieldError.Required("metadata.name", "name or generateName is required");
        else if (NameRules.Object(type, name) is { } mistake) yield return FieldError.Invalid("metadata.name", name, mistake);
        foreach (var (key, value) in obj.Object("metadata", "labels") ?? [])
        {
            foreach (var badKey in NameRules.QualifiedName(key)) yield return FieldError.Invalid("metadata.labels", key, badKey);
            if (value.IsString() && NameRules.LabelValue(value!.GetValue<string>()) is { } badValue) yield return FieldError.Invalid("metadata.labels", value, badValue);
        }
        foreach (var (key, _) in obj.Object("metadata", "annotations") ?? [])
        {
            foreach (var badKey in NameRules.QualifiedName(key.ToLowerInvariant())) yield return FieldError.Invalid("metadata.annotations", key, badKey);
        }
        foreach (var finalizer in obj.Finalizers())
        {
            foreach (var badName in NameRules.QualifiedName(finalizer)) yield return FieldError.Invalid("metadata.finalizers", finalizer, badName);
        }
        foreach (var owner in obj.Array("metadata", "ownerReferences") ?? [])
        {
            foreach (var field in (string[])["apiVersion", "kind", "name", "uid"])
            {
                if (string.IsNullOrEmpty(owner.String(field)))
                    yield return FieldError.Invalid($"metadata.ownerReferences.{field}", "", $"{(field == "apiVersion" ? "version " : "")}must not be empty");
            }
        }
    }

    private static IReadOnlyList<FieldError> Errors(ResourceType type, JsonObject? live, JsonObject obj)
    {
        IReadOnlyList<FieldError> errors = [.. MetadataErrors(type, obj)];
        if (type.Storage == CustomResources.Storage) return [.. errors, .. DefinitionErrors(obj)];
        if (type.Custom is null) return [.. errors, .. WorkloadErrors(type, obj)];
        errors = [.. errors, .. SchemaValidator.Check(obj, type.Schema), .. type.Scale is { } scale ? ScaleErrors.Of(scale, obj) : []];
        if (!type.Schema.HasRules) return errors;
        // Rules rely on types, required fields, sizes and enums; without those they would fail for the wrong reason.
        if (errors.Any(error => error.Reason is "FieldValueRequired" or "FieldValueNotSupported" or "FieldValueTypeInvalid" or "FieldValueTooLong" or "FieldValueTooMany"))
            return [.. errors, FieldError.InvalidShown("<nil>", "null", NotAllChecked)];
        return [.. errors, .. RuleValidator.Check(obj, live, type.Schema)];
    }

    private static IReadOnlyList<FieldError> DefinitionErrors(JsonObject definition)
    {
        var errors = new List<FieldError>();
        foreach (var path in (string[][])[["spec", "group"], ["spec", "names", "plural"], ["spec", "names", "kind"], ["spec", "scope"]])
        {
            if (definition.String(path) is null or "") errors.Add(FieldError.Required(string.Join('.', path), ""));
        }
        var expected = $"{definition.String("spec", "names", "plural")}.{definition.String("spec", "group")}";
        if (definition.Name() != expected) errors.Add(FieldError.Invalid("metadata.name", definition.Name(), "must be spec.names.plural+\".\"+spec.group"));
        var versions = definition.Array("spec", "versions")?.OfType<JsonObject>().ToList() ?? [];
        if (versions.Count(version => version.Bool("storage") == true) != 1)
            errors.Add(FieldError.Invalid("spec.versions", definition.At("spec", "versions"), "must have exactly one version marked as storage version"));
        if (errors.Count > 0) return errors;
        try
        {
            _ = CustomResources.Types(definition);
        }
        catch (Exception error) when (error is CelException or System.Text.RegularExpressions.RegexParseException or FormatException)
        {
            errors.Add(new("spec.versions", "FieldValueInvalid", $"Invalid value: compilation failed: {error.Message}"));
        }
        return errors;
    }

    /// <summary>The mistakes that people make most, of the many that the real server would find.</summary>
    private static IReadOnlyList<FieldError> WorkloadErrors(ResourceType type, JsonObject obj)
    {
        var errors = new List<FieldError>();
        var (spec, path) = type.QualifiedPlural switch
        {
            "pods" => (obj.Object("spec"), "spec"),
            "deployments.apps" or "replicasets.apps" or "jobs.batch" => (obj.Object("spec", "template", "spec"), "spec.template.spec"),
            _ => (null, ""),
        };
        if (path.Length == 0) return errors;
        if (spec.Array("containers") is not { Count: > 0 } containers)
        {
            errors.Add(FieldError.Required($"{path}.containers", ""));
            return errors;
        }
        for (var i = 0; i < containers.Count; i++)
        {
            foreach (var field in (string[])["name", "image"])
            {
                if (string.IsNullOrEmpty(containers[i].String(field))) errors.Add(FieldError.Required($"{path}.containers[{i}].{field}", ""));
            }
        }
        if (type.QualifiedPlural == "jobs.batch" && spec.String("restartPolicy") == "Always")
            errors.Add(FieldError.Unsupported($"{path}.restartPolicy", "Always", ["OnFailure", "Never"]));
        if (type.Group == "apps" && obj.Object("spec", "selector") is not null && !SelectsTemplate(obj))
            errors.Add(FieldError.Invalid("spec.template.metadata.labels", obj.At("spec", "template", "metadata", "labels") ?? new JsonObject(), "`selector` does not match template `labels`"));
        if (type.Group == "apps" && obj.Object("spec", "selector") is null) errors.Add(FieldError.Required("spec.selector", ""));
        return errors;
    }

    private static bool SelectsTemplate(JsonObject obj) =>
        (obj.Object("spec", "selector", "matchLabels") ?? []).All(label => label.Value.Same(obj.At("spec", "template", "metadata", "labels", label.Key)));

    private static IEnumerable<FieldError> ImmutableErrors(ResourceType type, JsonObject live, JsonObject obj)
    {
        if (live.IsTerminating() && obj.Finalizers().Except(live.Finalizers()).ToList() is { Count: > 0 } late)
        {
            var names = string.Join(", ", late.Select(name => $"\"{name}\""));
            yield return FieldError.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{names}}}");
        }
        if (type.Group.Length == 0 && type.Plural is "configmaps" or "secrets" && live.Bool("immutable") == true)
        {
            foreach (var field in (string[])["data", "binaryData", "immutable"])
            {
                if (!live[field].Same(obj[field])) yield return FieldError.Forbidden(field, "field is immutable when `immutable` is set");
            }
        }
        string[][] fixedPaths = type.QualifiedPlural switch
        {
            "deployments.apps" or "replicasets.apps" => [["spec", "selector"]],
            "jobs.batch" => [["spec", "selector"], ["spec", "completionMode"], .. (live.Bool("spec", "suspend") == true ? (string[][])[] : [["spec", "template"]])],
            _ => [],
        };
        foreach (var path in fixedPaths)
        {
            if (!live.At(path).Same(obj.At(path))) yield return FieldError.Invalid(string.Join('.', path), obj.At(path), "field is immutable");
        }
    }

    /// <summary>What does not decode, in Go's words; null when everything does.</summary>
    private static string? Unreadable(JsonNode? value, StructuralSchema schema, string path)
    {
        switch (value)
        {
            case null:
                return null;
            case JsonObject obj when schema.Type is "object" or null:
                return obj.Select(field => Unreadable(field.Value, schema.Property(field.Key), schema.AdditionalProperties is null ? $"{path}.{field.Key}" : path)).FirstOrDefault(mistake => mistake is not null);
            case JsonArray array when schema.Type is "array" or null:
                return array.Select(item => Unreadable(item, schema.Element, path)).FirstOrDefault(mistake => mistake is not null);
        }
        var isRight = (schema.Type, value.GetValueKind()) switch
        {
            (null, var kind) => !schema.IntOrString || kind is JsonValueKind.String or JsonValueKind.Number,
            ("string", JsonValueKind.String) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("integer", JsonValueKind.Number) => ((JsonValue)value).TryLong(out _),
            ("number", JsonValueKind.Number) => true,
            _ => false,
        };
        return isRight ? null : $"{GoText.JsonKind(value)} into Go struct field {path} of type {GoType(schema)}";
    }

    private static string GoType(StructuralSchema schema) => schema.Type switch
    {
        "boolean" => "bool",
        "integer" => schema.Format ?? "int64",
        "number" => "float64",
        "array" => $"[]{GoType(schema.Element)}",
        "object" when schema.AdditionalProperties is { } values => $"map[string]{GoType(values)}",
        null => "intstr.IntOrString",
        var other => other,
    };
}
