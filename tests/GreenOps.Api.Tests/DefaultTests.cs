using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace GreenOps.Api.Tests;

public sealed class DefaultTests
{
    public static TheoryData<string, string> Properties { get; } = new(
        from type in typeof(ApiGroup).Assembly.GetExportedTypes()
        from property in type.GetProperties()
        where property.IsDefined(typeof(DefaultValueAttribute))
        select (type.FullName!, property.Name));

    [Theory]
    [MemberData(nameof(Properties))]
    public void A_property_begins_with_the_default_that_the_schema_states(string typeName, string propertyName)
    {
        var type = typeof(ApiGroup).Assembly.GetType(typeName)!;
        var property = type.GetProperty(propertyName)!;
        var stated = property.GetCustomAttribute<DefaultValueAttribute>()!.Value;

        var actual = property.GetValue(Activator.CreateInstance(type));

        Assert.Equal(stated is Type members ? Activator.CreateInstance(members) : stated, actual);
    }

    [Fact]
    public void A_property_with_a_default_is_never_required() => Assert.DoesNotContain(
        typeof(ApiGroup).Assembly.GetExportedTypes().SelectMany(type => type.GetProperties()),
        property => property.IsDefined(typeof(DefaultValueAttribute)) && property.IsDefined(typeof(RequiredMemberAttribute)));
}
