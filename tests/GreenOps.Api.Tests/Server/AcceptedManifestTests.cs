using System.Text.Json.Nodes;
using GreenOps.Api.Models;
using GreenOps.Api.Tests.Manifests;
using k8s;

namespace GreenOps.Api.Tests.Server;

public abstract class AcceptedManifestTests(CrdServer server)
{
    public static TheoryData<string> Boundaries { get; } =
    [
        "metadata: { name: a23456789-123456789-123456789-123456 }",
        "spec: { compression: null }",
        "spec: { serving: null }",
        "spec: { training: { optimizer: null } }",
        "spec: { training: { optimizer: { adam: { learningRate: '1' } } } }",
        "spec: { training: { optimizer: { adam: { learningRate: '0.000000000001' } } } }",
        "spec: { training: { dataset: { uri: 'pvc://datasets' } } }",
        "spec: { training: { schedule: { deadlineSeconds: 60, expectedDurationSeconds: 60 } } }",
        "spec: { training: { resources: { limits: { cpu: 2, nvidia.com/gpu: '1' } } } }",
        "spec: { compression: { accuracyFloor: '0' } }",
        "spec: { compression: { accuracyFloor: '1' } }",
        "spec: { training: { resources: { requests: { cpu: 2000m }, limits: { cpu: 2 } } } }",
        "spec: { training: { podTemplate: { tolerations: [{ operator: Exists }, { key: gpu, value: a100, effect: NoExecute, tolerationSeconds: 60 }] } } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.5', granularity: Channel } }, { prune: { sparsity: '0.5' } }, { prune: { sparsity: '0.9' } }, { quantize: {} }] }] } }",
        "spec: { serving: { variants: { maxAccuracyLoss: null, accuracyFloor: '0.85' } } }",
        "spec: { serving: { replicas: { min: 4, max: 4 } } }",
        "spec: { serving: { variants: { policy: Fixed, maxAccuracyLoss: null, mix: [{ variant: full, weight: 0 }, { variant: slim, weight: 1 }] } } }",
        "spec: { training: { architecture: { cnn: null, rnn: {} } } }",
        "spec: { training: { architecture: { cnn: null, rnn: { cell: Gru, hiddenSize: 8192, layers: 16, bidirectional: true } } } }",
        "spec: { training: { architecture: { cnn: null, transformer: {} } } }",
        "spec: { training: { architecture: { cnn: null, transformer: { modelSize: 96, heads: 6, layers: 48, feedForwardSize: 1 } } } }",
        "spec: { training: { architecture: { cnn: null, mlp: { hiddenSizes: [] } } }, compression: null }",
        "spec: { training: { architecture: { cnn: null, mlp: { hiddenSizes: [65536] } } } }",
        "spec: { training: { architecture: { cnn: { filters: [8, 16], earlyExit: {} } } } }",
        "spec: { training: { architecture: { cnn: { filters: [8, 16], earlyExit: { confidence: '1' } } } } }",
        "spec: { training: { loss: CrossEntropy } }",
        "spec: { training: { task: Regression, dataset: { format: Csv, targetColumn: price }, architecture: { cnn: null, mlp: { hiddenSizes: [8] } } } }",
        "spec: { training: { task: Regression, loss: MeanAbsoluteError } }",
        "spec: { training: { task: Regression, loss: Huber } }",
        "spec: { training: { dataset: { format: Npy } } }",
        "spec: { training: { optimizer: { adam: null, adamW: { weightDecay: '0' } } } }",
        "spec: { training: { learningRateDecay: { cosine: { warmupEpochs: 7, finalFactor: '1' } } } }",
        "spec: { training: { learningRateDecay: { step: { everyEpochs: 1 } } } }",
        "spec: { training: { earlyStopping: { patienceEpochs: 1, minimumImprovement: '0' } } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.50', granularity: TwoOfFour, fineTuneEpochs: 0 } }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.5', granularity: Channel } }, { prune: { sparsity: '0.5', granularity: TwoOfFour } }, { quantize: {} }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.9', rounds: 3, fineTuneEpochs: 3, scope: Layer, criterion: Random } }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.5', granularity: Channel, rounds: 2, fineTuneEpochs: 2 } }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ quantize: { mode: Dynamic } }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ quantize: { precision: Float16 } }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ quantize: { precision: Int4, blockSize: 256 } }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ quantize: { precision: Binary, fineTuneEpochs: 2 } }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.5', granularity: Channel } }, { quantize: { precision: Binary, fineTuneEpochs: 1 } }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ quantize: { calibration: Entropy, maxAccuracyLoss: '0', fineTuneEpochs: 1 } }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ distill: { student: { mlp: { hiddenSizes: [8] } }, temperature: '100', labelWeight: '1', epochs: 1 } }, { prune: { sparsity: '0.5' } }, { quantize: {} }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ distill: { student: { mlp: { hiddenSizes: [8] } }, transfer: Adversarial } }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ distill: { student: { mlp: { hiddenSizes: [8] } }, transfer: Adversarial, dataFree: true } }] }] } }",
        "spec: { compression: { variants: [{ name: a, steps: [{ distill: { student: { mlp: { hiddenSizes: [8] } }, transfer: Variational } }] }] } }",
        "spec: { compression: { search: {} } }",
        "spec: { compression: { accuracyFloor: null, maxAccuracyLoss: '0.01', variants: null, search: { objective: Size, budgetMinutes: 10080 } } }",
        "spec: { compression: { search: {} }, serving: { variants: { policy: Fixed, maxAccuracyLoss: null, mix: [{ variant: searched, weight: 1 }] } } }",
        "spec: { training: { task: Regression }, compression: { accuracyFloor: '0.5' } }",
        "spec: { training: { task: Regression }, compression: { accuracyFloor: '0.5', variants: [{ name: a, steps: [{ distill: { student: { mlp: { hiddenSizes: [8] } } } }] }] } }",
        "spec: { training: { dataset: { format: Csv }, architecture: { cnn: null, mlp: { hiddenSizes: [8], dropout: '0' } } }, compression: { variants: [{ name: a, steps: [{ distill: { student: { rnn: {} }, transfer: Adversarial } }] }] } }",
        "spec: { training: { architecture: { cnn: null, rnn: {} } }, compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.5', granularity: Channel } }] }] } }",
        "spec: { training: { architecture: { cnn: null, mlp: { hiddenSizes: [] } } }, compression: { variants: [{ name: a, steps: [{ distill: { student: { mlp: { hiddenSizes: [8] } } } }, { prune: { sparsity: '0.5', granularity: Channel } }] }] } }",
        "spec: { training: { architecture: { cnn: { filters: [8], hiddenSizes: [8], dropout: '0.999' } } }, compression: { variants: [{ name: a, steps: [{ quantize: { precision: Binary } }] }] } }",
        "spec: { training: { architecture: { cnn: null, mlp: { hiddenSizes: [8] } } }, compression: { variants: [{ name: a, steps: [{ quantize: { precision: Binary, fineTuneEpochs: 1 } }] }] } }",
    ];

    /// <summary>What can be made of a model without going on with its training.</summary>
    public static TheoryData<string, string> WithoutTraining { get; } = new()
    {
        { "onnx-model", "{ prune: { sparsity: '0.5', granularity: TwoOfFour, fineTuneEpochs: 0 } }" },
        { "onnx-model", "{ prune: { sparsity: '0.5', fineTuneEpochs: 0 } }, { quantize: { maxAccuracyLoss: '0.01', calibration: MinMax } }" },
        { "onnx-model", "{ quantize: { mode: Dynamic } }" },
        { "own-trainer", "{ quantize: { precision: Float16 } }" },
        { "own-trainer", "{ quantize: { precision: Int4, blockSize: 16 } }" },
    };

    /// <summary>Zones at the bounds of what providers take.</summary>
    public static TheoryData<string, string> Zones { get; } = new()
    {
        { "germany", "spec: { signal: null }" },
        { "germany", "spec: { pollIntervalSeconds: 60, provider: { electricityMaps: { zone: US-CAL-CISO, emissionFactors: Direct } } }" },
        { "germany", "spec: { pollIntervalSeconds: 1, provider: { electricityMaps: { baseUrl: 'http://mirror.carbon:8080/v3/' } } }" },
        { "california-north-marginal", "spec: { signal: null, provider: { wattTime: { signalType: co2_aoer } } }" },
        { "california-north-marginal", "spec: { provider: { wattTime: { signalType: null } } }" },
        { "south-wales", "spec: { provider: { ukCarbonIntensity: { regionId: null, postcode: SW1A } } }" },
        { "west-europe", "spec: { signal: Average, pollIntervalSeconds: 1 }" },
        { "exported-grid", "spec: { provider: { prometheus: { unit: PoundsPerMWh, tokenSecretRef: { namespace: a, name: b, key: c } } } }" },
    };

    [Theory]
    [MemberData(nameof(Zones))]
    public Task A_zone_at_a_bound_is_accepted(string sample, string patch) =>
        RequireAccepted(MergePatch.Apply(Samples.Find("CarbonZone", sample), YamlTree.Document(patch))!.AsObject());

    [Theory]
    [MemberData(nameof(SampleTests.Resources), MemberType = typeof(SampleTests))]
    public Task A_sample_is_accepted(string kind, string name) => RequireAccepted(Samples.Find(kind, name));

    [Theory]
    [MemberData(nameof(Snippets.Resources), MemberType = typeof(Snippets))]
    public Task A_documented_manifest_is_accepted(string file, int line, int document) => RequireAccepted(Snippets.Find(file, line, document));

    [Theory]
    [MemberData(nameof(Boundaries))]
    public Task A_model_at_a_bound_is_accepted(string patch) =>
        RequireAccepted(MergePatch.Apply(Samples.Find("GreenModel", "fashion"), YamlTree.Document(patch))!.AsObject());

    [Theory]
    [MemberData(nameof(WithoutTraining))]
    public Task What_needs_no_training_is_accepted_without_one(string sample, string steps) => RequireAccepted(MergePatch.Apply(
        Samples.Find("GreenModel", sample), YamlTree.Document($"spec: {{ compression: {{ search: {{}}, variants: [{{ name: a, steps: [{steps}] }}] }} }}"))!.AsObject());

    /// <summary>Most users leave most fields out: what the server fills in is what the types begin with.</summary>
    [Fact]
    public async Task The_server_fills_in_the_defaults_of_the_types()
    {
        var manifest = YamlTree.Document(
            """
            apiVersion: greenops.dev/v1alpha1
            kind: GreenModel
            metadata: { name: sparse }
            spec:
              carbonZone: somewhere
              training:
                architecture: { cnn: { filters: [8] } }
                dataset: { uri: "pvc://datasets/digits" }
                schedule: { deadlineSeconds: 3600 }
                learningRateDecay: { cosine: {} }
                earlyStopping: {}
              compression:
                variants:
                - { name: a, steps: [{ prune: { sparsity: "0.5" } }, { quantize: {} }] }
                - { name: b, steps: [{ distill: { student: { rnn: {} } } }] }
                - { name: c, steps: [{ distill: { student: { transformer: {} } } }] }
                search: {}
            """);
        var expected = KubernetesJson.Deserialize<GreenModel>(manifest.ToJsonString()).Spec;

        var stored = await RequireAccepted(manifest);

        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(KubernetesJson.Serialize(expected)), stored["spec"]),
            $"The types say {KubernetesJson.Serialize(expected)}{Environment.NewLine}and the server {stored["spec"]}");
    }

    private async Task<JsonNode> RequireAccepted(JsonObject manifest) => StoredModel.Accepted(await new ResourceClient(server).TryCreateAsync(manifest));
}

/// <inheritdoc/>
public sealed class SandboxAcceptedManifestTests(SandboxServer server) : AcceptedManifestTests(server);

/// <inheritdoc/>
public sealed class KubernetesAcceptedManifestTests(KubernetesServer server) : AcceptedManifestTests(server);
