using GreenOps.EndToEnd.Tests;
using GreenOps.EndToEnd.Tests.Clusters;
using Xunit.Sdk;
using Xunit.v3;

// Most of these tests wait most of the time, for a pod to start or drain, a slot to begin: as many as have something to do
// at once keep the machine busy. What is measured, or kills the operator, is in a collection that runs alone, after the others.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 4)]
[assembly: TestCollectionOrderer(typeof(CostliestFirst))]
[assembly: AssemblyFixture(typeof(TestCluster))]
