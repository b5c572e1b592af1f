using GreenOps.Sandbox;

return await SandboxCommand.Build().Parse(args).InvokeAsync();
