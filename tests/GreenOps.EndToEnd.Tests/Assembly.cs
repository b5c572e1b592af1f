using GreenOps.EndToEnd.Tests;
using GreenOps.EndToEnd.Tests.Clusters;
using Xunit.Sdk;
using Xunit.v3;

// Trainings and servers want the machine for themselves: what is measured beside another training is not what was asked.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: TestCollectionOrderer(typeof(CheapestFirst))]
[assembly: AssemblyFixture(typeof(TestCluster))]
