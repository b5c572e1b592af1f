namespace GreenOps.Sandbox.Api.Cel;

/// <summary>An expression that cannot be read, or that failed on the values it was given. The message is CEL's own.</summary>
internal sealed class CelException(string message) : Exception(message);
