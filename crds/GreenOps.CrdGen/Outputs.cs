using GreenOps.CrdGen.Rbac;
using GreenOps.Hosting;
using GreenOps.Operator.Configuration;

namespace GreenOps.CrdGen;

/// <summary>Everything that is generated, and where it goes.</summary>
public static class Outputs
{
    /// <summary>The rights that the operator's classes and the runtime under them declare.</summary>
    public static IReadOnlyList<Right> Rights() =>
        DeclaredRights.Of(typeof(RbacAttribute).Assembly.GetTypes().Concat(typeof(OperatorOptions).Assembly.GetTypes()));

    /// <summary>The files of each folder.</summary>
    /// <param name="output">The folder of the definitions, with the roles in <c>rbac</c>.</param>
    /// <param name="chart">The Helm chart's folder; null to leave it out.</param>
    public static IReadOnlyList<(DirectoryInfo Folder, IReadOnlyList<CrdManifest> Files)> All(DirectoryInfo output, DirectoryInfo? chart)
    {
        var rights = Rights();
        var definitions = CrdManifest.All();
        List<(DirectoryInfo, IReadOnlyList<CrdManifest>)> outputs = [(output, definitions), (Below(output, "rbac"), RoleManifests.Of(rights))];
        if (chart is not null)
        {
            outputs.Add((Below(chart, "crds"), definitions));
            outputs.Add((Below(chart, "templates"), [ChartRules.Of(rights)]));
        }

        return outputs;
    }

    private static DirectoryInfo Below(DirectoryInfo folder, string name) => new(Path.Combine(folder.FullName, name));
}
