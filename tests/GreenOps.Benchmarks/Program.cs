using GreenOps.Benchmarks;

return await BenchmarkCommand.Build().Parse(args).InvokeAsync();
