namespace GreenOps.Server.Protocol;

/// <summary>What the server says of itself.</summary>
internal static class ServerIdentity
{
    /// <summary>Its name.</summary>
    public const string Name = "greenops-server";

    /// <summary>What its models are made for, as the protocol calls it.</summary>
    public const string Platform = "onnx_onnxv1";

    /// <summary>The protocol's extensions that it knows.</summary>
    public static readonly IReadOnlyList<string> Extensions = ["binary_tensor_data", "classification", "model_repository"];
}
