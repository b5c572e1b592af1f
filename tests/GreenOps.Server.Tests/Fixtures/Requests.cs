using System.Globalization;
using System.Text.Json.Nodes;

namespace GreenOps.Server.Tests.Fixtures;

/// <summary>Bodies of inference requests.</summary>
internal static class Requests
{
    /// <summary>One image whose pixels all have one value.</summary>
    public static string Image(float pixel = 1, string? variant = null, int rows = 1)
    {
        var request = new JsonObject
        {
            ["inputs"] = new JsonArray(Tensor("image", "FP32", [rows, 1, 28, 28], Enumerable.Repeat((JsonNode)pixel, rows * 784))),
        };
        if (variant is not null)
        {
            request["parameters"] = new JsonObject { ["variant"] = variant };
        }

        return request.ToJsonString();
    }

    public static JsonObject Tensor(string name, string datatype, int[] shape, IEnumerable<JsonNode> data) => new()
    {
        ["name"] = name,
        ["shape"] = new JsonArray([.. shape.Select(dimension => (JsonNode)dimension)]),
        ["datatype"] = datatype,
        ["data"] = new JsonArray([.. data.Select(element => element.DeepClone())]),
    };

    /// <summary>A request for the copy model, with the data as JSON text.</summary>
    public static string Copy(string datatype, int count, string data) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"inputs":[{"name":"x","shape":[{{count}}],"datatype":"{{datatype}}","data":{{data}}}]}""");
}
