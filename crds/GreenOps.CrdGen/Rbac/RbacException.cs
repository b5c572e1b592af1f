namespace GreenOps.CrdGen.Rbac;

/// <summary>An attribute asks for a right that cannot be granted as it stands; the message says what to change.</summary>
/// <param name="message">A sentence that names the class.</param>
public sealed class RbacException(string message) : Exception(message);
