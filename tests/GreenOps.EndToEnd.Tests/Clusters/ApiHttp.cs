using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>Plain HTTP to an API server with the credentials of a kubeconfig.</summary>
internal static class ApiHttp
{
    public static HttpClient Create(KubernetesClientConfiguration configuration)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (sender, shown, chain, errors) =>
            configuration.SkipTlsVerify
            || (configuration.SslCaCerts is { } authorities && Kubernetes.CertificateValidationCallBack(sender, authorities, shown!, chain!, errors));
        if (Pem(configuration.ClientCertificateData, configuration.ClientCertificateFilePath) is { } certificate
            && Pem(configuration.ClientCertificateKeyData, configuration.ClientKeyFilePath) is { } key)
        {
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, key)];
        }

        var client = new HttpClient(handler) { BaseAddress = new Uri(configuration.Host), Timeout = TimeSpan.FromMinutes(1) };
        if (!string.IsNullOrEmpty(configuration.AccessToken))
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
        }

        return client;
    }

    /// <summary>PEM text that a kubeconfig holds in Base64, or names the file of.</summary>
    private static string? Pem(string? data, string? path) => (data, path) switch
    {
        ({ Length: > 0 }, _) => Encoding.UTF8.GetString(Convert.FromBase64String(data)),
        (_, { Length: > 0 }) => File.ReadAllText(path),
        _ => null,
    };
}
