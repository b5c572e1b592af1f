using GreenOps.Hosting;

namespace GreenOps.CrdGen.Rbac;

/// <summary>What may be done to one resource.</summary>
/// <param name="Scope">Where.</param>
/// <param name="Group">The API group; empty for core.</param>
/// <param name="Resource">The plural name, with the subresource if it is for one: <c>widgets/status</c>.</param>
/// <param name="Verbs">What.</param>
public sealed record Right(RbacScope Scope, string Group, string Resource, RbacVerb Verbs);
