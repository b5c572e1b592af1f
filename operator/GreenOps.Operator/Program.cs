using System.CommandLine;
using GreenOps.Operator.Commands;

var root = new RootCommand("The GreenOps operator: trains, compresses and serves GreenModels with as little carbon as their objectives allow.")
{
    RunCommand.Build(),
};
root.SetAction((_, cancellationToken) => RunCommand.RunAsync(null, cancellationToken));
return await root.Parse(args).InvokeAsync();
