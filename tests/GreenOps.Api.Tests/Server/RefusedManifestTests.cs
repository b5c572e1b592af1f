using GreenOps.Api.Tests.Manifests;

namespace GreenOps.Api.Tests.Server;

/// <summary>Each row changes a sample and names the sentence that kubectl apply must answer with.</summary>
public abstract class RefusedManifestTests(CrdServer server)
{
    public static TheoryData<string, string> Models { get; } = new()
    {
        { "metadata: { name: an-endlessly-long-name-for-a-green-model }", "metadata.name must be at most 36 characters" },
        { "metadata: { name: 3d }", "metadata.name must be at most 36 characters, start with a letter" },
        { "metadata: { name: my.model }", "hold only lower-case letters, digits and '-'" },
        { "spec: { carbonZone: null }", "spec.carbonZone: Required value" },
        { "spec: { training: null }", "set exactly one of: training, model" },
        { "spec: { trainning: {} }", "unknown field \"spec.trainning\"" },
        { "spec: { training: { architecture: { cnn: null } } }", "set exactly one of: cnn" },
        { "spec: { training: { architecture: { cnn: { filters: [] } } } }", "spec.training.architecture.cnn.filters in body should have at least 1 items" },
        { "spec: { training: { architecture: { cnn: { filters: [0] } } } }", "every entry of filters must be from 1 to 4096" },
        { "spec: { training: { architecture: { cnn: { kernelSize: 16 } } } }", "kernelSize in body should be less than or equal to 15" },
        { "spec: { training: { dataset: { uri: 's3://bucket/fashion' } } }", "dataset.uri must be file:///path (a path in the trainer image) or pvc://claim/path" },
        { "spec: { training: { dataset: { uri: 'file://data/fashion' } } }", "dataset.uri must be file:///path" },
        { "spec: { training: { dataset: { format: Parquet } } }", "Unsupported value: \"Parquet\": supported values: \"Idx\"" },
        { "spec: { training: { dataset: { sha256: 'ABC' } } }", "dataset.sha256 must be the 64 lower-case hexadecimal digits" },
        { "spec: { training: { dataset: { holdout: { percent: 90 } } } }", "holdout.percent in body should be less than or equal to 50" },
        { "spec: { training: { epochs: 0 } }", "spec.training.epochs in body should be greater than or equal to 1" },
        { "spec: { training: { epochs: 1.5 } }", "spec.training.epochs in body must be of type int32" },
        { "spec: { training: { optimizer: { sgd: {} } } }", "set only one of optimizer.adam, optimizer.adamW and optimizer.sgd" },
        { "spec: { training: { optimizer: { adam: { learningRate: 0.001 } } } }", "learningRate in body must be of type string" },
        { "spec: { training: { optimizer: { adam: { learningRate: '0' } } } }", "must be a decimal number greater than 0 and at most 1, written as a string" },
        { "spec: { training: { optimizer: { adam: { learningRate: '1e-3' } } } }", "must be a decimal number greater than 0 and at most 1, written as a string" },
        { "spec: { training: { optimizer: { adam: null, sgd: { momentum: '1' } } } }", "must be a decimal number at least 0 and less than 1, written as a string" },
        { "spec: { training: { schedule: { interruptible: true } } }", "spec.training.schedule.deadlineSeconds: Required value" },
        { "spec: { training: { placement: [] } }", "spec.training.placement in body should have at least 1 items" },
        { "spec: { training: { placement: [{ carbonZone: de }] } }", "spec.training.placement[0].nodeSelector: Required value" },
        { "spec: { training: { placement: [{ carbonZone: De, nodeSelector: { region: de } }] } }", "placement.carbonZone must be a name" },
        { "spec: { training: { placement: [{ carbonZone: de, nodeSelector: { a: b } }, { carbonZone: de, nodeSelector: { a: c } }] } }", "Duplicate value: {\"carbonZone\":\"de\"}" },
        { "spec: { training: { schedule: { deadlineSeconds: 60, expectedDurationSeconds: 61 } } }", "no start could meet the deadline" },
        { "spec: { training: { resources: { limits: { cpu: two } } } }", "spec.training.resources.limits.cpu" },
        { "spec: { training: { podTemplate: { tolerations: [{ key: gpu, operator: Equals }] } } }", "Unsupported value: \"Equals\": supported values: \"Exists\", \"Equal\"" },
        { "spec: { compression: { accuracyFloor: '1.2' } }", "must be a decimal number at least 0 and at most 1" },
        { "spec: { compression: { maxAccuracyLoss: '0.01' } }", "set only one of compression.accuracyFloor and compression.maxAccuracyLoss" },
        { "spec: { compression: { variants: [{ name: full, steps: [{ quantize: {} }] }] } }", "the names 'full', 'train', 'import' and 'searched' are taken" },
        { "spec: { compression: { variants: [{ name: Int8, steps: [{ quantize: {} }] }] } }", "the name of a variant must start with a letter and hold only lower-case letters" },
        { "spec: { compression: { variants: [{ name: a, steps: [{ quantize: {} }] }, { name: a, steps: [{ quantize: {} }] }] } }", "Duplicate value: {\"name\":\"a\"}" },
        { "spec: { compression: { variants: [{ name: a, steps: [] }] } }", "steps in body should have at least 1 items" },
        { "spec: { compression: { variants: [{ name: a, steps: [{}] }] } }", "set exactly one of: prune, quantize" },
        { "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.5' }, quantize: {} }] }] } }", "set exactly one of: prune, quantize" },
        { "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '1' } }] }] } }", "must be a decimal number greater than 0 and less than 1" },
        { "spec: { compression: { variants: [{ name: a, steps: [{ quantize: {} }, { prune: { sparsity: '0.5' } }] }] } }", "quantize must be the last step and may stand only once" },
        { "spec: { compression: { variants: [{ name: a, steps: [{ quantize: {} }, { quantize: {} }] }] } }", "quantize must be the last step and may stand only once" },
        { "spec: { serving: { replicas: { min: 5 } } }", "serving.replicas.min must not be greater than serving.replicas.max" },
        { "spec: { serving: { replicas: { min: 0 } } }", "spec.serving.replicas.min in body should be greater than or equal to 1" },
        { "spec: { serving: { objective: { percentile: 95 } } }", "serving.objective.percentile must be 50 or 99" },
        { "spec: { serving: { objective: { utilization: '0' } } }", "must be a decimal number greater than 0 and at most 1" },
        { "spec: { serving: { variants: { policy: Fixed, maxAccuracyLoss: null } } }", "serving.variants.mix is needed when the policy is Fixed" },
        { "spec: { serving: { variants: { mix: [{ variant: full, weight: 1 }] } } }", "serving.variants.mix has no meaning unless the policy is Fixed" },
        { "spec: { serving: { variants: { policy: Best } } }", "have no meaning unless the policy is CarbonAware" },
        { "spec: { serving: { variants: { accuracyFloor: '0.8' } } }", "set only one of serving.variants.accuracyFloor and serving.variants.maxAccuracyLoss" },
        { "spec: { serving: { variants: { policy: Fixed, maxAccuracyLoss: null, mix: [{ variant: tiny, weight: 1 }] } } }", "serving.variants.mix names a variant that does not exist" },
        { "spec: { serving: { variants: { policy: Fixed, maxAccuracyLoss: null, mix: [{ variant: full, weight: 0 }] } } }", "at least one weight in serving.variants.mix must be greater than 0" },
        { "spec: { serving: { variants: { policy: Cheapest } } }", "supported values: \"CarbonAware\", \"Fixed\", \"Best\"" },
        { "spec: { carbonZone: My_Zone }", "carbonZone must be a name: lower-case letters, digits, '-' and '.'" },
        { "spec: { training: { dataset: { uri: 'pvc://datasets/../secrets' } } }", "dataset.uri must not climb out of its folder: remove '..'" },
        { "spec: { training: { schedule: { deadlineSeconds: 0 } } }", "deadlineSeconds in body should be greater than or equal to 1" },
        { "spec: { training: { schedule: { deadlineSeconds: 600, minimumSavingPercent: 101 } } }", "minimumSavingPercent in body should be less than or equal to 100" },
        { "spec: { training: { resources: { limits: { cpu: -1 } } } }", "a quantity in resources.limits must not be negative" },
        { "spec: { serving: { resources: { requests: { memory: '-1Gi' } } } }", "a quantity in resources.requests must not be negative" },
        { "spec: { training: { resources: { requests: { cpu: 3 } } } }", "resources.requests asks for more than resources.limits allows" },
        { "spec: { serving: { resources: { requests: { memory: 2Gi }, limits: { memory: 2G } } } }", "resources.requests asks for more than resources.limits allows" },
        { "spec: { training: { podTemplate: { tolerations: [{ effect: NoSchedule }] } } }", "a toleration without a key tolerates every taint, and must say so" },
        { "spec: { serving: { podTemplate: { tolerations: [{ key: gpu, operator: Exists, value: a100 }] } } }", "a toleration with operator: Exists has no value" },
        { "spec: { serving: { podTemplate: { tolerations: [{ key: gpu, tolerationSeconds: 60 }] } } }", "tolerationSeconds has no meaning without effect: NoExecute" },
        { "spec: { serving: { podTemplate: { serviceAccountName: Robot } } }", "podTemplate.serviceAccountName must be a name" },
        { "spec: { training: { podTemplate: { runtimeClassName: nvidia_ } } }", "podTemplate.runtimeClassName must be a name" },
        { "spec: { compression: { accuracyFloor: null, maxAccuracyLoss: '-0.1' } }", "must be a decimal number at least 0 and at most 1" },
        { "spec: { compression: { accuracyFloor: null, maxAccuracyLoss: '0.001' } }", "serving.variants.maxAccuracyLoss is greater than compression.maxAccuracyLoss" },
        { "spec: { serving: { variants: { maxAccuracyLoss: null, accuracyFloor: '0.84' } } }", "serving.variants.accuracyFloor is below compression.accuracyFloor" },
        { "spec: { compression: { variants: [{ name: a-much-too-long-name, steps: [{ quantize: {} }] }] } }", "Too long: may not be more than 14 bytes" },
        { "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '1' } }] }] } }", "must be a decimal number greater than 0 and less than 1" },
        { "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.5', granularity: Element } }, { prune: { sparsity: '0.5', granularity: Channel } }] }] } }", "prune steps of granularity Channel must come before those of granularity Element" },
        { "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.8' } }, { prune: { sparsity: '0.5' } }] }] } }", "must not be lower than that of the one before: it would bring removed weights back" },
        { "spec: { serving: { variants: { policy: Fixed, maxAccuracyLoss: null, mix: [{ variant: full, weight: 1 }, { variant: full, weight: 2 }] } } }", "Duplicate value: {\"variant\":\"full\"}" },
        { "spec: { serving: { variants: { policy: Fixed, maxAccuracyLoss: null, mix: [{ variant: full, weight: -1 }] } } }", "weight in body should be greater than or equal to 0" },
        { "spec: { serving: { variants: { windowSeconds: 9 } } }", "windowSeconds in body should be greater than or equal to 10" },
        { "spec: { serving: { objective: { utilization: '1.1' } } }", "must be a decimal number greater than 0 and at most 1" },
        { "spec: { serving: { objective: { latencyMilliseconds: 0 } } }", "latencyMilliseconds in body should be greater than or equal to 1" },
        { "spec: { artifacts: { storageClassName: 'Fast SSD' } }", "artifacts.storageClassName must be a name" },
        { "spec: { artifacts: { accessMode: ReadOnlyMany } }", "supported values: \"ReadWriteOnce\", \"ReadWriteMany\"" },
        { "spec: { artifacts: { size: 1.5Gi } }", "artifacts.size must be a whole number with an optional unit, such as 1Gi" },
        { "spec: { artifacts: { retention: Forever } }", "Unsupported value: \"Forever\": supported values: \"Delete\", \"Keep\"" },
        { "spec: { artifacts: { keepRevisions: 0 } }", "spec.artifacts.keepRevisions in body should be greater than or equal to 1" },
        { "spec: { artifacts: { keepRevisions: 101 } }", "spec.artifacts.keepRevisions in body should be less than or equal to 100" },
        { "spec: { suspend: 'yes' }", "spec.suspend in body must be of type boolean" },
    };

    public static TheoryData<string, string> Zones { get; } = new()
    {
        { "spec: { provider: null }", "spec.provider: Required value" },
        { "spec: { provider: { trace: null } }", "set exactly one of: electricityMaps, wattTime, ukCarbonIntensity, carbonAwareSdk, prometheus, trace, static" },
        { "spec: { provider: { static: { gramsPerKWh: 300, source: mine } } }", "set exactly one of: electricityMaps, wattTime, ukCarbonIntensity, carbonAwareSdk, prometheus, trace, static" },
        { "spec: { provider: { trace: null, static: { gramsPerKWh: 300 } } }", "spec.provider.static.source: Required value" },
        { "spec: { provider: { trace: null, static: { gramsPerKWh: -1, source: mine } } }", "gramsPerKWh in body should be greater than or equal to 0" },
        { "spec: { provider: { trace: { configMapRef: { key: null } } } }", "spec.provider.trace.configMapRef.key: Required value" },
        { "spec: { provider: { trace: { replay: { startAt: yesterday } } } }", "startAt in body must be of type date-time" },
        { "spec: { provider: { entsoE: { area: DE } } }", "unknown field \"spec.provider.entsoE\"" },
        { "spec: { signal: Median }", "supported values: \"Average\", \"Marginal\"" },
        { "spec: { provider: { trace: { configMapRef: { namespace: my.space } } } }", "configMapRef.namespace must be a name" },
        { "spec: { provider: { trace: { configMapRef: { name: My_Map } } } }", "configMapRef.name must be a name" },
        { "spec: { provider: { trace: { configMapRef: { key: 'a/b' } } } }", "configMapRef.key must be a key of a ConfigMap" },
        { "spec: { provider: { trace: { replay: { speed: 0 } } } }", "speed in body should be greater than or equal to 1" },
        { "spec: { pollIntervalSeconds: 0 }", "spec.pollIntervalSeconds in body should be greater than or equal to 1" },
    };

    [Theory]
    [MemberData(nameof(RefusedProviders.Rows), MemberType = typeof(RefusedProviders))]
    public Task A_provider_is_refused_with_a_sentence_that_says_what_to_change(string sample, string patch, string sentence) =>
        AssertRefused("CarbonZone", sample, patch, sentence);

    [Theory]
    [MemberData(nameof(Models))]
    public Task A_model_is_refused_with_a_sentence_that_says_what_to_change(string patch, string sentence) =>
        AssertRefused("GreenModel", "fashion", patch, sentence);

    [Theory]
    [MemberData(nameof(RefusedOwnParts.Rows), MemberType = typeof(RefusedOwnParts))]
    public Task A_part_of_the_users_own_is_refused_with_a_sentence_that_says_what_to_change(string sample, string patch, string sentence) =>
        AssertRefused("GreenModel", sample, patch, sentence);

    [Theory]
    [MemberData(nameof(RefusedTechniques.Rows), MemberType = typeof(RefusedTechniques))]
    public Task A_technique_is_refused_with_a_sentence_that_says_what_to_change(string sample, string patch, string sentence) =>
        AssertRefused("GreenModel", sample, patch, sentence);

    [Theory]
    [MemberData(nameof(Zones))]
    public Task A_zone_is_refused_with_a_sentence_that_says_what_to_change(string patch, string sentence) =>
        AssertRefused("CarbonZone", "synthetic-day", patch, sentence);

    [Theory]
    [InlineData("spec: { grams: null }", "spec.grams: Required value")]
    [InlineData("spec: { grams: 500 }", "spec.grams in body must be of type string")]
    [InlineData("spec: { grams: '0' }", "must be a decimal number greater than 0 and at most")]
    [InlineData("spec: { grams: '-5' }", "must be a decimal number greater than 0 and at most")]
    [InlineData("spec: { period: Year }", "supported values: \"Day\", \"Week\", \"Month\"")]
    [InlineData("spec: { action: Stop }", "supported values: \"Warn\", \"Throttle\"")]
    public Task A_budget_is_refused_with_a_sentence_that_says_what_to_change(string patch, string sentence) =>
        AssertRefused("CarbonBudget", "team", patch, sentence);

    private async Task AssertRefused(string kind, string sample, string patch, string sentence)
    {
        var manifest = MergePatch.Apply(Samples.Find(kind, sample), YamlTree.Document(patch))!.AsObject();

        var answer = await new ResourceClient(server).TryCreateAsync(manifest);

        Assert.False(answer.IsSuccess, "The server accepts it.");
        Assert.True(answer.Message.Contains(sentence, StringComparison.Ordinal), $"Expected '{sentence}' in: {answer.Message}");
    }
}

/// <inheritdoc/>
public sealed class SandboxRefusedManifestTests(SandboxServer server) : RefusedManifestTests(server);

/// <inheritdoc/>
public sealed class KubernetesRefusedManifestTests(KubernetesServer server) : RefusedManifestTests(server);
