using System.Net;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Import;

/// <summary>Fetches a model from a web server.</summary>
/// <param name="uri">Its address as the user wrote it.</param>
/// <param name="environment">Reads an environment variable.</param>
internal sealed class HttpSource(string uri, Func<string, string?> environment)
{
    private const int MaximumRedirects = 10;

    /// <summary>Receives the file.</summary>
    /// <returns>SHA-256 of it, lower-case hexadecimal.</returns>
    /// <exception cref="StageException">The server does not give it.</exception>
    public async Task<string> FetchAsync(Uri address, Download download, CancellationToken cancellationToken)
    {
        // Redirects are followed here: the handler would follow them to schemes that it then cannot speak.
        using SocketsHttpHandler handler = new() { AllowAutoRedirect = false };
        using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var response = await AskAsync(client, address, download, cancellationToken);
        if (Fault(response) is { } fault)
        {
            throw fault;
        }

        await using var content = await download.AnswerAsync(response.Content.ReadAsStreamAsync, cancellationToken);
        return await download.ReceiveAsync(content, response.Content.Headers.ContentLength, cancellationToken);
    }

    private async Task<HttpResponseMessage> AskAsync(HttpClient client, Uri address, Download download, CancellationToken cancellationToken)
    {
        var at = address;
        for (var redirects = 0; ; redirects++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, at);
            if (redirects == 0 && environment(EnvironmentNames.HttpAuthorization) is { Length: > 0 } authorization)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            var response = await download.AnswerAsync(
                token => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancellationToken);
            if (redirects == MaximumRedirects || Target(at, response) is not { } target)
            {
                return response;
            }

            response.Dispose();
            at = target;
        }
    }

    /// <summary>Where a response redirects to; null where it does not, or where it is not followed.</summary>
    private static Uri? Target(Uri from, HttpResponseMessage response) =>
        response is { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect, Headers.Location: { } location }
        && new Uri(from, location) is var target
        && (target.Scheme == Uri.UriSchemeHttps || (target.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp))
            ? target
            : null;

    private StageException? Fault(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.OK => null,
        HttpStatusCode.NotFound or HttpStatusCode.Gone =>
            ModelFault.Missing($"model.uri is '{uri}' and the server has no such file (HTTP {(int)response.StatusCode})."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            ModelFault.Missing($"model.uri is '{uri}' and the server does not let it be read (HTTP {(int)response.StatusCode}); give {EnvironmentNames.HttpAuthorization} by a secret."),
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
            ModelFault.Unavailable($"model.uri is '{uri}' and the server answers HTTP {(int)response.StatusCode} {response.ReasonPhrase}."),
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
            ModelFault.Missing($"model.uri is '{uri}' and the server redirects to '{response.Headers.Location}'; at most {MaximumRedirects} redirects are followed, to http or https only, and none from https to http."),
        _ => ModelFault.Missing($"model.uri is '{uri}' and the server answers HTTP {(int)response.StatusCode} {response.ReasonPhrase}."),
    };
}
