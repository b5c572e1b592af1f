using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace GreenOps.EndToEnd.Tests;

/// <summary>How long the tests of a class or a collection take, roughly.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CostAttribute(int seconds) : Attribute
{
    public int Seconds { get; } = seconds;
}

/// <summary>Starts the costly tests first, by their <see cref="CostAttribute"/>: what is left for the end is short.</summary>
internal sealed class CostliestFirst : ITestCollectionOrderer
{
    private static readonly Dictionary<string, int> Costs = typeof(CostliestFirst).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(CostAttribute)))
        .ToDictionary(type => type.FullName!, type => type.GetCustomAttribute<CostAttribute>()!.Seconds);

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderByDescending(collection => Cost(collection))];

    // A class without a collection is one of its own, called "Test collection for " and the class's full name.
    private static int Cost(ITestCollection collection) => Costs.GetValueOrDefault(
        collection.TestCollectionClassName ?? collection.TestCollectionDisplayName.Split(' ').First(Costs.ContainsKey),
        0);
}
