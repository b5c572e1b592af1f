using System.Text;
using GreenOps.Hosting;

namespace GreenOps.CrdGen.Rbac;

/// <summary>The rules as named templates of the Helm chart, one a scope: which roles hold which is the chart's to say.</summary>
public static class ChartRules
{
    // Stands for the Lease's name until the text is written; the release decides it.
    private const string LeaseName = "LEASE_NAME";

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
            var rules = PolicyRules.Of(rights.Where(right => right.Scope == scope), scope == RbacScope.Own ? LeaseName : null);
            text.Append('\n')
                .Append("{{- define \"greenops.rules.").Append(scope.ToString().ToLowerInvariant()).Append("\" -}}\n")
                .Append(YamlText.Write(rules).Replace(LeaseName, "{{ include \"greenops.fullname\" . | quote }}", StringComparison.Ordinal))
                .Append("{{- end -}}\n");
        }

        return new CrdManifest("_rules.tpl", text.ToString());
    }
}
