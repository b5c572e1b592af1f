namespace GreenOps.Operator.Configuration;

/// <summary>Reads the operator's settings from every source, and says what is wrong with them.</summary>
internal static class OperatorSettings
{
    /// <summary>The section of an appsettings file; environment variables with the prefix <c>GREENOPS__</c> fall into it too.</summary>
    public const string Section = "GreenOps";

    /// <summary>The settings, and one sentence for each fault.</summary>
    /// <param name="configuration">Files and environment; switches are put over them here.</param>
    /// <param name="switches">What stands on the command line besides the command's own options.</param>
    public static (OperatorOptions Options, IReadOnlyList<string> Faults) Read(IConfigurationBuilder configuration, IEnumerable<string> switches)
    {
        var faults = new List<string>();
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in switches)
        {
            if (text.StartsWith("--", StringComparison.Ordinal) && text.Split('=', 2) is [{ Length: > 2 } name, var value])
            {
                values[$"{Section}:{name[2..].Replace("__", ":", StringComparison.Ordinal).Replace('.', ':')}"] = value;
            }
            else
            {
                faults.Add($"'{text}' is neither a command nor an option; write a setting as --Name=value.");
            }
        }

        configuration.AddInMemoryCollection(values);
        var section = configuration.Build().GetSection(Section);
        faults.AddRange(SettingsCheck.Faults(section, typeof(OperatorOptions)));
        if (faults.Count > 0)
        {
            return (new OperatorOptions(), faults);
        }

        var options = section.Get<OperatorOptions>() ?? new OperatorOptions();
        return (options, [.. new OperatorOptionsValidator().Validate(null, options).Failures ?? []]);
    }
}
