namespace GreenOps.Server.Execution;

/// <summary>A model cannot be loaded; the message says why and ends the sentence that names the model.</summary>
internal sealed class ModelLoadException(string message, Exception? innerException = null) : Exception(message, innerException);
