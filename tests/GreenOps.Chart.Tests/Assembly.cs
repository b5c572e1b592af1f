using Xunit.Sdk;
using Xunit.v3;

// An installed chart waits for probes and leases most of the time: its tests run side by side.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 4)]
