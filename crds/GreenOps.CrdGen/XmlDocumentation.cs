using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace GreenOps.CrdGen;

/// <summary>The summaries of an assembly's XML documentation as plain text.</summary>
/// <param name="summaries">Summary element by documentation ID, such as <c>P:Namespace.Type.Property</c>.</param>
internal sealed partial class XmlDocumentation(IReadOnlyDictionary<string, XElement> summaries)
{
    /// <summary>Reads the documentation file that the compiler writes beside an assembly.</summary>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static XmlDocumentation Of(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is missing: descriptions come from it. Build with GenerateDocumentationFile.", path);
        }

        return new XmlDocumentation(
            XDocument.Load(path).Descendants("member")
                .Where(member => member.Element("summary") is not null)
                .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!));
    }

    /// <summary>Summary of a type, or null.</summary>
    public string? Of(Type type) => Find($"T:{NameOf(type)}");

    /// <summary>Summary of a property, or null.</summary>
    public string? Of(PropertyInfo property) => Find($"P:{NameOf(property.DeclaringType!)}.{property.Name}");

    /// <summary>Summary of an enumeration's member, or null.</summary>
    public string? Of(FieldInfo field) => Find($"F:{NameOf(field.DeclaringType!)}.{field.Name}");

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private string? Find(string id) =>
        summaries.TryGetValue(id, out var summary)
            ? WhiteSpace().Replace(string.Concat(summary.Nodes().Select(Flatten)), " ").Trim()
            : null;

    private static string Flatten(XNode node) => node switch
    {
        XText text => text.Value,
        XElement element when element.IsEmpty => LastName((element.Attribute("cref") ?? element.Attribute("name") ?? element.Attribute("langword"))?.Value),
        XElement element => string.Concat(element.Nodes().Select(Flatten)),
        _ => string.Empty,
    };

    private static string LastName(string? reference) =>
        reference is null ? string.Empty : reference.Split('(')[0].Split('.', ':')[^1];

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
