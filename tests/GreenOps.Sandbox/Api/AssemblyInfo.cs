using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("GreenOps.Sandbox.Tests")]
[assembly: InternalsVisibleTo("GreenOps.Chart.Tests")]
[assembly: InternalsVisibleTo("GreenOps.Benchmarks")]
[assembly: InternalsVisibleTo("GreenOps.Benchmarks.Tests")]
