using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("GreenOps.Sandbox.Tests")]
