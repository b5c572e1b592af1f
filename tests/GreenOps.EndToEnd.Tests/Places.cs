using System.Reflection;

namespace GreenOps.EndToEnd.Tests;

/// <summary>Where the build left what the tests need.</summary>
internal static class Places
{
    /// <summary>The repository's folder.</summary>
    public static string RepositoryRoot { get; } = Recorded("RepositoryRoot");

    /// <summary>The assembly of the sandbox program.</summary>
    public static string SandboxProgram { get; } = Recorded("SandboxProgram");

    private static string Recorded(string key) => typeof(Places).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key)
        .Value!;
}
