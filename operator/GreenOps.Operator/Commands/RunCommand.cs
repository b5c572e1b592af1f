using System.CommandLine;
using GreenOps.Contract;
using GreenOps.Operator.Configuration;
using k8s;

namespace GreenOps.Operator.Commands;

/// <summary><c>greenops-operator run</c>: reconciles until it is told to stop.</summary>
internal static class RunCommand
{
    private static readonly Option<string?> Kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig to use. Without it: the KUBECONFIG variable, the pod's service account, or ~/.kube/config.",
    };

    /// <summary>The command line of the operator: <c>run</c> is what it does when no command is named.</summary>
    public static RootCommand Root()
    {
        var run = new Command("run", "Reconciles GreenModels and CarbonZones until it is told to stop (the default).");
        var root = new RootCommand("The GreenOps operator: trains, compresses and serves GreenModels with as little carbon as their objectives allow.")
        {
            run,
        };
        Accept(run);
        Accept(root);
        return root;
    }

    private static void Accept(Command command)
    {
        command.Add(Kubeconfig);
        command.TreatUnmatchedTokensAsErrors = false;
        command.Description += "\n\nSettings are given as --Name=value, as GREENOPS__Name in the environment, or in the section GreenOps of appsettings.json.";
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(Kubeconfig), result.UnmatchedTokens, cancellationToken));
    }

    /// <summary>Runs the operator.</summary>
    /// <param name="kubeconfig">Path of a kubeconfig; null to look in the usual places.</param>
    /// <param name="switches">Settings of the form <c>--Name=value</c>.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    private static async Task<int> RunAsync(string? kubeconfig, IReadOnlyList<string> switches, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder;
        KubernetesClientConfiguration client;
        try
        {
            builder = OperatorHost.CreateBuilder();
        }
        catch (InvalidDataException error)
        {
            return await RefuseAsync([$"appsettings.json cannot be read: {error.InnerException?.Message ?? error.Message}"]);
        }

        var (options, faults) = OperatorSettings.Read(builder.Configuration, switches);
        if (faults.Count > 0)
        {
            return await RefuseAsync(faults);
        }

        try
        {
            client = ClientConfiguration(kubeconfig);
        }

        // Files that are missing, closed or not YAML, contexts that do not exist: each is the caller's to mend.
        catch (Exception error)
        {
            return await RefuseAsync([$"The kubeconfig cannot be used: {error.Message}"]);
        }

        await using var app = OperatorHost.Build(builder, options, client);
        await app.RunAsync(cancellationToken);
        return Environment.ExitCode;
    }

    private static async Task<int> RefuseAsync(IEnumerable<string> faults)
    {
        foreach (var fault in faults)
        {
            await Console.Error.WriteLineAsync($"greenops-operator: {fault}");
        }

        return ExitCodes.BadInput;
    }

    private static KubernetesClientConfiguration ClientConfiguration(string? kubeconfig) => kubeconfig is not null
        ? KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig)
        : KubernetesClientConfiguration.BuildDefaultConfig();
}
