using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using GreenOps.Sandbox.Load;

namespace GreenOps.Sandbox;

/// <summary>The command line.</summary>
internal static class SandboxCommand
{
    public static RootCommand Build()
    {
        var manifests = new Argument<FileInfo[]>("manifest") { Description = "YAML files to apply.", Arity = ArgumentArity.ZeroOrMore };
        manifests.AcceptExistingOnly();
        var exit = new Option<bool>("--exit-when-ready") { Description = "End when every GreenModel is ready, with its status as one line of JSON on the standard output." };
        var timeout = new Option<TimeSpan>("--timeout")
        {
            Description = "How long --exit-when-ready waits: a number and s, m or h.",
            DefaultValueFactory = _ => TimeSpan.FromMinutes(10),
            CustomParser = result => Parse(result, Duration, "a duration such as 90s, 10m or 1h") ?? default,
        };
        var data = new Option<DirectoryInfo?>("--data") { Description = "Keep claims in this folder, to be found again by the next run. Default: a fresh folder, removed at the end." };
        var port = new Option<int>("--port") { Description = "Port of the Kubernetes API on 127.0.0.1. Default: any free one." };
        var scale = new Option<int?>("--time-scale") { Description = "Replay the carbon traces in the manifests this many times faster than they were recorded." };
        var load = new Option<Peak?>("--load")
        {
            Description = "Send requests to ready models: on, off, or the requests a second at the daily peak. Default: on, without --exit-when-ready.",
            CustomParser = result => Parse(result, Peak.Parse, "on, off or a positive number of requests a second"),
        };
        var bare = new Option<bool>("--no-operator") { Description = "Do not run the operator." };
        var kubeconfig = new Option<FileInfo?>("--kubeconfig-out") { Description = "Write the kubeconfig to this file too." };
        var images = new Option<ImageOption[]>("--image")
        {
            Description = "NAME=PROGRAM: the program on this machine that an image of this name runs; may be given many times. It finds its container's files below $GREENOPS_ROOT and listens on $GREENOPS_BIND_ADDRESS.",
            CustomParser = result => [.. result.Tokens.Select(token => ImageOption.Parse(token.Value)).OfType<ImageOption>()],
            DefaultValueFactory = _ => [],
        };

        var audit = new Option<FileInfo?>("--audit-log") { Description = "Write every request to the Kubernetes API to this file, a line of JSON each, as Kubernetes' audit log has it." };

        var command = new RootCommand("A Kubernetes cluster on this machine, without containers, with GreenOps in it.")
        {
            manifests, exit, timeout, data, port, scale, load, bare, kubeconfig, audit, images,
        };
        images.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => ImageOption.Parse(token.Value) is null))
                result.AddError($"--image is '{token.Value}': give NAME=PROGRAM, the last word of the image's repository and a program that exists.");
        });
        scale.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var speed) || speed is < 1 or > 100_000))
                result.AddError($"--time-scale is '{result.Tokens[0].Value}': give a whole number from 1 to 100000.");
        });
        command.SetAction((result, cancellationToken) => SandboxRun.RunAsync(
            new SandboxSettings(
                [.. (result.GetValue(manifests) ?? []).Select(file => file.FullName)],
                result.GetValue(exit),
                result.GetValue(timeout),
                result.GetValue(data)?.FullName,
                result.GetValue(port),
                result.GetValue(scale),
                (result.GetValue(load) ?? new Peak(result.GetValue(exit) ? null : LoadCurve.DefaultPeak)).RequestsPerSecond,
                !result.GetValue(bare),
                result.GetValue(kubeconfig)?.FullName,
                result.GetValue(audit)?.FullName,
                result.GetValue(images)!),
            cancellationToken));
        return command;
    }

    internal static TimeSpan? Duration(string text)
    {
        if (text.Length < 2 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number <= 0)
            return null;
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => null,
        };
    }

    private static T? Parse<T>(ArgumentResult result, Func<string, T?> parse, string expected)
        where T : struct
    {
        var text = result.Tokens.Single().Value;
        var value = parse(text);
        if (value is null)
            result.AddError($"{((OptionResult)result.Parent!).Option.Name} is '{text}': give {expected}.");
        return value;
    }

    /// <summary>A value of <c>--image</c>.</summary>
    /// <param name="Name">Last word of the image's repository.</param>
    /// <param name="Program">Path of the program.</param>
    internal sealed record ImageOption(string Name, string Program)
    {
        public static ImageOption? Parse(string text) =>
            text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } program] && File.Exists(program) ? new ImageOption(name, Path.GetFullPath(program)) : null;
    }

    /// <summary>The value of <c>--load</c>.</summary>
    /// <param name="RequestsPerSecond">The peak; null for no load.</param>
    internal readonly record struct Peak(double? RequestsPerSecond)
    {
        public static Peak? Parse(string text) => text switch
        {
            "on" => new Peak(LoadCurve.DefaultPeak),
            "off" => new Peak(null),
            _ when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0 => new Peak(number),
            _ => null,
        };
    }
}
