using GreenOps.Operator.Load;

namespace GreenOps.Operator.Planning;

/// <summary>Variants that the serving pods were told to serve and do not, by the pods' own word.</summary>
public static class VariantRefusals
{
    /// <summary>Reason while a pod does not serve a variant of the set.</summary>
    public const string Reason = "VariantRefused";

    /// <summary>What the first ready pod with refusals says of each variant that it does not serve; null when every pod serves all, or does not say.</summary>
    public static string? Of(PlanContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Observation.Load.Servers
            .Where(server => context.ReadyPods.Contains(server.Pod))
            .Select(server => Sentences(server, context.Served?.Variants ?? []))
            .FirstOrDefault(sentences => sentences.Length > 0);
    }

    private static string Sentences(ServerLoad server, IEnumerable<ServedVariant> variants) => string.Join(
        ' ',
        from variant in variants
        let sentence = server.Refused.GetValueOrDefault(variant.Folder)
        where sentence is not null
        select $"Pod {server.Pod} does not serve variant '{variant.Name}': {sentence}");
}
