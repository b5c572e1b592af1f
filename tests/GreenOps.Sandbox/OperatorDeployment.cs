using GreenOps.Contract;
using k8s.Models;

namespace GreenOps.Sandbox;

/// <summary>The operator, run as any other pod: deleting it starts it anew.</summary>
internal static class OperatorDeployment
{
    public const string Namespace = "greenops";

    public static V1Deployment Build()
    {
        var labels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "greenops", ["app.kubernetes.io/component"] = "operator" };
        return new V1Deployment
        {
            ApiVersion = "apps/v1",
            Kind = "Deployment",
            Metadata = new V1ObjectMeta { Name = "greenops-operator", NamespaceProperty = Namespace, Labels = labels },
            Spec = new V1DeploymentSpec
            {
                Replicas = 1,
                // One operator at a time: it may run without leader election.
                Strategy = new V1DeploymentStrategy { Type = "Recreate" },
                Selector = new V1LabelSelector { MatchLabels = labels },
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = labels },
                    Spec = new V1PodSpec
                    {
                        // Of crds/rbac, which grants what the operator may do.
                        ServiceAccountName = "greenops-operator",
                        TerminationGracePeriodSeconds = 10,
                        Containers = [Container()],
                    },
                },
            },
        };
    }

    private static V1Container Container() => new()
    {
        Name = "operator",
        Image = SandboxImages.Operator,
        Args = ["run"],
        Env =
        [
            Field(EnvironmentNames.PodName, "metadata.name"),
            Field(EnvironmentNames.PodNamespace, "metadata.namespace"),
        ],
        Ports = [new V1ContainerPort { Name = Ports.HttpName, ContainerPort = Ports.Http }],
        ReadinessProbe = Probe(HttpPaths.Readiness, failures: 1),
        LivenessProbe = Probe(HttpPaths.Liveness, failures: 30),
    };

    private static V1EnvVar Field(string name, string path) =>
        new() { Name = name, ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = path } } };

    private static V1Probe Probe(string path, int failures) => new()
    {
        HttpGet = new V1HTTPGetAction { Path = path, Port = Ports.HttpName },
        PeriodSeconds = 2,
        FailureThreshold = failures,
    };
}
