using GreenOps.Server.Hosting;

return await ServerCommand.InvokeAsync(args);
