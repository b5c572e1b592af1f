using System.Text;
using System.Text.Json;

using GreenOps.Sandbox.Api.Storage;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>Where a paged list goes on: at which version of the store, behind which object.</summary>
internal sealed record ContinueToken(long Version, string Namespace, string Name)
{
    public ObjectKey Last => new(Namespace, Name);

    public string Encode() => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(this));

    public static ContinueToken Decode(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ContinueToken>(Encoding.UTF8.GetString(Convert.FromBase64String(text))) ?? throw Invalid();
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw Invalid();
        }
    }

    private static ApiStatusException Invalid() => ApiStatusException.BadRequest("invalid continue token: continue key is not valid");
}
