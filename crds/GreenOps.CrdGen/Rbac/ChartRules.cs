using System.Text;
using GreenOps.Hosting;

namespace GreenOps.CrdGen.Rbac;

/// <summary>The rules as named templates of the Helm chart, one a scope: which roles hold which is the chart's to say.</summary>
public static class ChartRules
{
    // Stand for names until the text is written: the Lease's is the release's, the others' are values.
    private const string LeaseName = "LEASE_NAME";
    private const string ObjectName = "OBJECT_NAME";

    private const string Header =
        """
        {{/*
        Generated from the [EntityRbac] and [GenericRbac] attributes of the operator's classes; edit those, then run:
        dotnet run --project crds/GreenOps.CrdGen -- --output crds --chart charts/greenops
        */}}

        """;

    /// <summary>The template file.</summary>
    public static CrdManifest Of(IReadOnlyList<Right> rights)
    {
        var text = new StringBuilder(Header);
        foreach (var scope in Enum.GetValues<RbacScope>())
        {
            var rules = PolicyRules.Of(rights.Where(right => right.Scope == scope), NameIn(scope));
            text.Append('\n')
                .Append("{{- define \"greenops.rules.").Append(scope.ToString().ToLowerInvariant()).Append("\" -}}\n")
                .Append(YamlText.Write(rules)
                    .Replace(LeaseName, "{{ include \"greenops.fullname\" . | quote }}", StringComparison.Ordinal)
                    .Replace(ObjectName, "{{ .name | quote }}", StringComparison.Ordinal))
                .Append("{{- end -}}\n");
        }

        return new CrdManifest("_rules.tpl", text.ToString());
    }

    private static string? NameIn(RbacScope scope) => scope switch
    {
        RbacScope.Own => LeaseName,
        RbacScope.Named => ObjectName,
        _ => null,
    };
}
