using Xunit;

namespace GreenOps.Operator.Tests.Desired;

/// <summary>Every child of every case, to the letter.</summary>
public sealed class CaseTests
{
    public static TheoryData<string> Names => new(Case.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_children_of_a_model_are_as_written_down(string name)
    {
        var subject = new Case(name);
        if (Environment.GetEnvironmentVariable("GREENOPS_WRITE_CASES") == "1")
        {
            File.WriteAllText(subject.ExpectedFile, subject.ChildrenAsYaml);
        }

        Assert.Equal(File.ReadAllText(subject.ExpectedFile), subject.ChildrenAsYaml);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_pod_meets_the_restricted_pod_security_standard(string name) =>
        Assert.All(new Case(name).PodTemplates, template => Assert.Empty(PodSecurityStandard.Violations(template)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_root_file_system_is_read_only_and_no_pod_may_call_the_api(string name) => Assert.All(new Case(name).PodTemplates, template =>
    {
        Assert.All(PodSecurityStandard.Containers(template.Spec), container => Assert.True(container.SecurityContext.ReadOnlyRootFilesystem));
        Assert.False(template.Spec.AutomountServiceAccountToken);
    });
}
