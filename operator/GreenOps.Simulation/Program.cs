using GreenOps.Simulation.Commands;

return GreenOpsCommand.Build(Console.Out, Console.Error).Parse(args).Invoke();
