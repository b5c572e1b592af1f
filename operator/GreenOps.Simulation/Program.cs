using GreenOps.Simulation.Commands;

return GreenOpsCommand.Run(args, Console.Out, Console.Error);
