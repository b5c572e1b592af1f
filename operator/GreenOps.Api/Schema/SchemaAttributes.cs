namespace GreenOps.Api.Schema;

/// <summary>
/// A rule in the Common Expression Language that the API server checks (<c>x-kubernetes-validations</c>), on a type or
/// a property.
/// </summary>
/// <param name="expression">The CEL expression; <c>self</c> is the annotated value.</param>
/// <param name="message">The sentence a user sees when it does not hold: what is wrong and what to write instead.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
public sealed class RuleAttribute(string expression, string message) : Attribute
{
    /// <summary>The CEL expression.</summary>
    public string Expression { get; } = expression;

    /// <summary>The sentence a user sees.</summary>
    public string Message { get; } = message;
}

/// <summary>Exactly one of the type's named properties must be set.</summary>
/// <param name="properties">JSON names of the properties.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExactlyOneOfAttribute(params string[] properties) : Attribute
{
    /// <summary>JSON names of the properties.</summary>
    public IReadOnlyList<string> Properties { get; } = properties;
}

/// <summary>A decimal number written as a string, because API fields hold no floating point.</summary>
/// <param name="minimum">Smallest allowed value, inclusive unless <see cref="ExclusiveMinimum"/>.</param>
/// <param name="maximum">Largest allowed value, inclusive unless <see cref="ExclusiveMaximum"/>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DecimalStringAttribute(double minimum, double maximum) : Attribute
{
    /// <summary>Smallest allowed value.</summary>
    public double Minimum { get; } = minimum;

    /// <summary>Largest allowed value.</summary>
    public double Maximum { get; } = maximum;

    /// <summary>Whether <see cref="Minimum"/> itself is refused.</summary>
    public bool ExclusiveMinimum { get; init; }

    /// <summary>Whether <see cref="Maximum"/> itself is refused.</summary>
    public bool ExclusiveMaximum { get; init; }
}

/// <summary>The list is a map: entries are told apart by the named properties (<c>x-kubernetes-list-type: map</c>).</summary>
/// <param name="keys">JSON names of the key properties.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapKeysAttribute(params string[] keys) : Attribute
{
    /// <summary>JSON names of the key properties.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}

/// <summary>Names and scope of a custom resource.</summary>
/// <param name="singular">Singular name, lower case.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomResourceAttribute(string singular) : Attribute
{
    /// <summary>Singular name, lower case.</summary>
    public string Singular { get; } = singular;

    /// <summary>Short names for kubectl.</summary>
    public string[] ShortNames { get; init; } = [];

    /// <summary>Categories for kubectl, such as <c>all</c>.</summary>
    public string[] Categories { get; init; } = [];

    /// <summary>Whether objects live outside namespaces.</summary>
    public bool ClusterScoped { get; init; }

    /// <summary>JSON path of the desired replicas, for the scale subresource.</summary>
    public string? SpecReplicasPath { get; init; }

    /// <summary>JSON path of the observed replicas, for the scale subresource.</summary>
    public string? StatusReplicasPath { get; init; }

    /// <summary>JSON path of the serialized pod selector, for the scale subresource.</summary>
    public string? LabelSelectorPath { get; init; }
}

/// <summary>A column that <c>kubectl get</c> prints, in the order of declaration.</summary>
/// <param name="name">Heading.</param>
/// <param name="type">OpenAPI type: string, integer, number, boolean or date.</param>
/// <param name="jsonPath">Where the value stands in the object.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string type, string jsonPath) : Attribute
{
    /// <summary>Heading.</summary>
    public string Name { get; } = name;

    /// <summary>OpenAPI type.</summary>
    public string Type { get; } = type;

    /// <summary>Where the value stands in the object.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>0 is always shown; 1 with <c>-o wide</c>.</summary>
    public int Priority { get; init; }
}
