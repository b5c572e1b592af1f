using System.Reflection;
using GreenOps.Api;
using GreenOps.Api.Schema;
using GreenOps.CrdGen.Schemas;
using k8s.Models;

namespace GreenOps.CrdGen;

/// <summary>One generated file.</summary>
/// <param name="FileName">Name of the file, <c>group_plural.yaml</c>.</param>
/// <param name="Text">The whole text of the file, with a closing line feed.</param>
public sealed record CrdManifest(string FileName, string Text)
{
    private const string Header =
        """
        # Generated from the types of GreenOps.Api; edit those, then run:
        # dotnet run --project crds/GreenOps.CrdGen -- --output crds --chart charts/greenops

        """;

    /// <summary>The manifests of every custom resource in GreenOps.Api, sorted by file name.</summary>
    /// <exception cref="SchemaException">A type says something that a structural schema cannot hold.</exception>
    public static IReadOnlyList<CrdManifest> All()
    {
        var assembly = typeof(ApiGroup).Assembly;
        var definition = new CustomResourceDefinition(new SchemaBuilder(XmlDocumentation.Of(assembly)));
        return
        [
            .. assembly.GetExportedTypes()
                .Where(type => type.IsDefined(typeof(CustomResourceAttribute)) && type.IsDefined(typeof(KubernetesEntityAttribute)))
                .Select(type => Render(definition, type))
                .OrderBy(manifest => manifest.FileName, StringComparer.Ordinal),
        ];
    }

    private static CrdManifest Render(CustomResourceDefinition definition, Type type)
    {
        var entity = type.GetCustomAttribute<KubernetesEntityAttribute>()!;
        return new CrdManifest($"{entity.Group}_{entity.PluralName}.yaml", Header + YamlText.Write(definition.Build(type)));
    }
}
