namespace GreenOps.CrdGen.Schemas;

/// <summary>A type of GreenOps.Api says something that a structural schema cannot hold.</summary>
/// <param name="message">Names the type or property and the fix.</param>
public sealed class SchemaException(string message) : Exception(message);
