using System.ComponentModel;
using System.Reflection;

namespace GreenOps.Operator.Configuration;

/// <summary>
/// Compares a configuration section with the type it is read into. The binder skips what the type does not have and ends at
/// the first value that does not parse; a user wants every fault at once, by name.
/// </summary>
internal static class SettingsCheck
{
    /// <summary>One sentence for each key that is not a setting and each value that does not parse.</summary>
    public static IEnumerable<string> Faults(IConfigurationSection section, Type type) => Faults(section, type, "");

    private static IEnumerable<string> Faults(IConfigurationSection section, Type type, string prefix)
    {
        var settings = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var child in section.GetChildren())
        {
            var setting = Array.Find(settings, property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            foreach (var fault in setting is null ? [Unknown(prefix + child.Key, prefix, settings)] : Faults(child, setting, prefix))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> Faults(IConfigurationSection given, PropertyInfo setting, string prefix)
    {
        var name = prefix + setting.Name;
        var type = Nullable.GetUnderlyingType(setting.PropertyType) ?? setting.PropertyType;
        var isGroup = type.IsClass && type != typeof(string);
        return (isGroup, given.Value) switch
        {
            (true, null or "") => Faults(given, type, name + "."),
            (true, var value) => [$"{name} is '{value}'; it is a group: set {string.Join(" or ", type.GetProperties().Select(part => $"{name}.{part.Name}"))}."],
            (false, _) when given.GetChildren().FirstOrDefault() is { } part => [$"{name}.{part.Key} is not a setting; {name} holds one value."],
            (false, { Length: > 0 } value) when !Parses(type, value) => [$"{name} is '{value}'; it must be {Wanted(type)}."],
            (false, "") when type.IsValueType && type == setting.PropertyType => [$"{name} is empty; it must be {Wanted(type)}."],
            _ => [],
        };
    }

    private static string Unknown(string name, string prefix, IEnumerable<PropertyInfo> settings) =>
        $"{name} is not a setting; these are: {string.Join(", ", settings.Select(setting => prefix + setting.Name).Order(StringComparer.Ordinal))}.";

    private static bool Parses(Type type, string value)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase);
        }

        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);
            return true;
        }

        // Converters throw whatever their parsers throw, wrapped or not.
        catch (Exception)
        {
            return false;
        }
    }

    private static string Wanted(Type type) => type switch
    {
        { IsEnum: true } => string.Join(" or ", Enum.GetNames(type)),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) => "a whole number",
        _ => "a number",
    };
}
