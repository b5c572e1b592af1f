using System.CommandLine;
using GreenOps.CrdGen;

var output = new Option<DirectoryInfo>("--output")
{
    Description = "Folder that the CustomResourceDefinitions are written to, and the roles to its folder rbac.",
    Required = true,
};
var chart = new Option<DirectoryInfo?>("--chart")
{
    Description = "The Helm chart's folder, whose folder crds gets a copy of every definition, and templates the roles' rules.",
};
chart.Validators.Add(result =>
{
    if (result.GetValueOrDefault<DirectoryInfo?>() is { } folder && !File.Exists(Path.Combine(folder.FullName, "Chart.yaml")))
    {
        result.AddError($"--chart is '{folder}', which holds no Chart.yaml: name the chart's own folder, charts/greenops.");
    }
});
var check = new Option<bool>("--check")
{
    Description = "Write nothing; exit with 1 and name every file whose text is not what would be written.",
};

var command = new RootCommand("Writes the CustomResourceDefinitions of GreenOps from the types of GreenOps.Api, and its roles from the attributes of the operator's classes.")
{
    output,
    chart,
    check,
};
command.SetAction(parsed => Outputs.All(parsed.GetRequiredValue(output), parsed.GetValue(chart))
    .Max(target => parsed.GetValue(check)
        ? ManifestFolder.Check([target.Folder], target.Files, Console.Error)
        : ManifestFolder.Write([target.Folder], target.Files, Console.Out)));
return command.Parse(args).Invoke();
