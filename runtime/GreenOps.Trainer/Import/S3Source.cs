using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Import;

/// <summary>
/// Fetches a model from a store that speaks S3. Configured by the variables that every tool of S3 reads: AWS_ACCESS_KEY_ID,
/// AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN (anonymous without them), AWS_REGION or AWS_DEFAULT_REGION, and for stores
/// other than Amazon's AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, whose buckets are addressed by path.
/// </summary>
/// <param name="uri">The model's address as the user wrote it.</param>
/// <param name="environment">Reads an environment variable.</param>
internal sealed class S3Source(string uri, Func<string, string?> environment)
{
    private const string DefaultRegion = "us-east-1";

    /// <summary>Receives the object.</summary>
    /// <returns>SHA-256 of it, lower-case hexadecimal.</returns>
    /// <exception cref="StageException">The store does not give it.</exception>
    public async Task<string> FetchAsync(S3ModelUri address, Download download, CancellationToken cancellationToken)
    {
        try
        {
            using AmazonS3Client client = new(Credentials(), Configuration());
            using var response = await download.AnswerAsync(
                token => client.GetObjectAsync(new GetObjectRequest { BucketName = address.Bucket, Key = address.Key }, token), cancellationToken);
            return await download.ReceiveAsync(response.ResponseStream, response.ContentLength, cancellationToken);
        }
        catch (AmazonS3Exception error)
        {
            throw Fault(address, error);
        }
        catch (AmazonClientException error)
        {
            throw ModelFault.Unavailable($"model.uri is '{uri}' and the store cannot be reached: {error.Message}");
        }
        catch (Exception error) when (error is ArgumentException or UriFormatException)
        {
            throw StageException.BadInput(StageReasons.InvalidSpec, $"model.uri is '{uri}' and the settings for its store cannot be used: {error.Message} Look at AWS_ENDPOINT_URL and AWS_REGION.");
        }
    }

    private AWSCredentials Credentials() => (Value("AWS_ACCESS_KEY_ID"), Value("AWS_SECRET_ACCESS_KEY"), Value("AWS_SESSION_TOKEN")) switch
    {
        ({ } key, { } secret, { } token) => new SessionAWSCredentials(key, secret, token),
        ({ } key, { } secret, null) => new BasicAWSCredentials(key, secret),
        _ => new AnonymousAWSCredentials(),
    };

    private AmazonS3Config Configuration()
    {
        var region = Value("AWS_REGION") ?? Value("AWS_DEFAULT_REGION") ?? DefaultRegion;
        AmazonS3Config configuration = new()
        {
            // Attempts are counted in one place for every kind of source.
            MaxErrorRetry = 0,
            // The digest of the whole file is checked here; other stores do not know Amazon's checksums.
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if ((Value("AWS_ENDPOINT_URL_S3") ?? Value("AWS_ENDPOINT_URL")) is { } endpoint)
        {
            configuration.ServiceURL = endpoint;
            configuration.AuthenticationRegion = region;
            configuration.ForcePathStyle = true;
        }
        else
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return configuration;
    }

    private StageException Fault(S3ModelUri address, AmazonS3Exception error) => error.StatusCode switch
    {
        HttpStatusCode.NotFound when error.ErrorCode == "NoSuchBucket" =>
            ModelFault.Missing($"model.uri is '{uri}' and there is no bucket '{address.Bucket}'."),
        HttpStatusCode.NotFound =>
            ModelFault.Missing($"model.uri is '{uri}' and the bucket '{address.Bucket}' holds no object '{address.Key}'."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            ModelFault.Missing($"model.uri is '{uri}' and the store does not let it be read ({error.ErrorCode}); give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of an account that may, by a secret."),
        HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect =>
            ModelFault.Missing($"model.uri is '{uri}' and its bucket lies in another region; set AWS_REGION to it."),
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
            ModelFault.Unavailable($"model.uri is '{uri}' and the store answers {error.ErrorCode}: {error.Message}"),
        0 => ModelFault.Unavailable($"model.uri is '{uri}' and the store cannot be reached: {error.Message}"),
        _ => ModelFault.Missing($"model.uri is '{uri}' and the store refuses: {error.ErrorCode}: {error.Message}"),
    };

    private string? Value(string name) => environment(name) is { Length: > 0 } value ? value : null;
}
