using GreenOps.Operator.Commands;

return await RunCommand.Root().Parse(args).InvokeAsync();
