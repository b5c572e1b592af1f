using GreenOps.Contract;
using GreenOps.Operator.Commands;

var command = RunCommand.Root().Parse(args);
var exitCode = await command.InvokeAsync();
return command.Errors.Count > 0 ? ExitCodes.BadInput : exitCode;
