global using GreenOps.Artifacts;
global using GreenOps.Contract;
global using GreenOps.Trainer.Tests.Fixtures;
global using Xunit;

// libtorch's generator and thread count belong to the whole process.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
