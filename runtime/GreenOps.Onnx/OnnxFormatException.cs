namespace GreenOps.Onnx;

/// <summary>A file or byte string is not an ONNX model that can be used here. The message says what is wrong and where.</summary>
public sealed class OnnxFormatException : Exception
{
    /// <summary>An exception without a message of its own.</summary>
    public OnnxFormatException()
    {
    }

    /// <summary>An exception with a sentence for the user.</summary>
    public OnnxFormatException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a sentence for the user and the error below it.</summary>
    public OnnxFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
