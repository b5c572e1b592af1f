using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace GreenOps.Benchmarks.Serving.Load;

/// <summary>The one image that is asked about, as whole HTTP requests.</summary>
internal static class InferRequests
{
    private const string Path = "/v2/models/bench/infer";

    private static readonly float[] Image = Draw();

    /// <summary>As JSON, numbers as a client's writer would write them.</summary>
    public static byte[] Json() => Request(Encoding.UTF8.GetBytes(JsonBody()), null);

    /// <summary>As binary tensor data, and so the answer.</summary>
    public static byte[] Binary()
    {
        var json = Encoding.UTF8.GetBytes(
            $$"""
            {"inputs":[{"name":"{{ServingModels.Input}}","shape":[1,1,28,28],"datatype":"FP32","parameters":{"binary_data_size":{{Image.Length * sizeof(float)}} } }],"parameters":{"binary_data_output":true} }
            """);
        return Request([.. json, .. MemoryMarshal.AsBytes<float>(Image)], json.Length);
    }

    private static string JsonBody() =>
        $$"""
        {"inputs":[{"name":"{{ServingModels.Input}}","shape":[1,1,28,28],"datatype":"FP32","data":[{{string.Join(',', Image.Select(pixel => pixel.ToString(CultureInfo.InvariantCulture)))}}]}]}
        """;

    private static byte[] Request(byte[] body, int? jsonLength)
    {
        var head = $"POST {Path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {(jsonLength is null ? "application/json" : "application/octet-stream")}\r\nContent-Length: {body.Length}\r\n"
            + (jsonLength is null ? "\r\n" : $"Inference-Header-Content-Length: {jsonLength}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    private static float[] Draw()
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, ServingModels.RowElements).Select(_ => random.Next(256) / 255f)];
    }
}
