using System.CommandLine;
using GreenOps.CrdGen;

var output = new Option<DirectoryInfo>("--output")
{
    Description = "Folder that the CustomResourceDefinitions are written to.",
    Required = true,
};
var chart = new Option<DirectoryInfo?>("--chart")
{
    Description = "The Helm chart's crds folder, which gets a copy of every file.",
};
var check = new Option<bool>("--check")
{
    Description = "Write nothing; exit with 1 and name every file whose text is not what would be written.",
};

var command = new RootCommand("Writes the CustomResourceDefinitions of GreenOps from the types of GreenOps.Api.")
{
    output,
    chart,
    check,
};
command.SetAction(parsed =>
{
    var folders = new[] { parsed.GetRequiredValue(output), parsed.GetValue(chart) }.OfType<DirectoryInfo>();
    var manifests = CrdManifest.All();
    return parsed.GetValue(check)
        ? ManifestFolder.Check(folders, manifests, Console.Error)
        : ManifestFolder.Write(folders, manifests, Console.Out);
});
return command.Parse(args).Invoke();
