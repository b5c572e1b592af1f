namespace GreenOps.Api.Tests.Server;

/// <summary>Bad manifests of models with a part of the user's own: the sample, what is changed, and what the user must be told.</summary>
public static class RefusedOwnParts
{
    private const string SecretAddress = "model.credentialsSecret has no meaning with a file or pvc address";

    public static TheoryData<string, string, string> Rows { get; } = new()
    {
        { "onnx-model", "spec: { training: { architecture: { cnn: { filters: [8] } }, dataset: { uri: 'pvc://data' } } }", "set exactly one of: training, model" },
        { "onnx-model", "spec: { model: { uri: null } }", "spec.model.uri: Required value" },
        { "onnx-model", "spec: { model: { uri: 'ftp://host/model.onnx' } }", "model.uri must be file:///path (in the trainer image), pvc://claim/path, http://host/path, https://host/path or s3://bucket/key" },
        { "onnx-model", "spec: { model: { uri: 's3://bucket' } }", "and name one ONNX file" },
        { "onnx-model", "spec: { model: { uri: 'pvc://claim' } }", "and name one ONNX file" },
        { "onnx-model", "spec: { model: { uri: 'https://host/a/../b.onnx' } }", "model.uri must not hold '..'" },
        { "onnx-model", "spec: { model: { uri: 'https://me:secret@host/b.onnx' } }", "model.uri must not hold a user name or password" },
        { "onnx-model", "spec: { model: { sha256: null } }", "model.sha256 is needed with an http, https or s3 address" },
        { "onnx-model", "spec: { model: { uri: 'https://host/model.onnx', sha256: null } }", "model.sha256 is needed with an http, https or s3 address" },
        { "onnx-model", "spec: { model: { sha256: 'ABC' } }", "model.sha256 must be the 64 lower-case hexadecimal digits" },
        { "onnx-model", "spec: { model: { uri: 'pvc://models/a.onnx' } }", SecretAddress },
        { "onnx-model", "spec: { model: { uri: 'file:///models/a.onnx' } }", SecretAddress },
        { "onnx-model", "spec: { model: { credentialsSecret: 'Not A Name' } }", "model.credentialsSecret must be the name of a Secret" },
        { "onnx-model", "spec: { model: { evaluation: { dataset: null } } }", "spec.model.evaluation.dataset: Required value" },
        { "onnx-model", "spec: { model: { schedule: { deadlineSeconds: 60 } } }", "unknown field \"spec.model.schedule\"" },
        { "onnx-model", "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.5' } }] }] } }", "prune.fineTuneEpochs must be 0 with spec.model and training.container" },
        { "onnx-model", "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.5', fineTuneEpochs: 0, granularity: Channel } }] }] } }", "prune.granularity must be Element or TwoOfFour with spec.model and training.container" },
        { "onnx-model", "spec: { compression: { variants: [{ name: import, steps: [{ quantize: {} }] }] } }", "the names 'full', 'train', 'import' and 'searched' are taken" },
        { "own-trainer", "spec: { training: { container: null } }", "set exactly one of: architecture, container" },
        { "own-trainer", "spec: { training: { architecture: { cnn: { filters: [8] } } } }", "set exactly one of: architecture, container" },
        { "fashion", "spec: { training: { dataset: null } }", "training.dataset is needed with training.architecture" },
        { "own-trainer", "spec: { training: { container: { image: null } } }", "spec.training.container.image: Required value" },
        { "own-trainer", "spec: { training: { container: { image: '' } } }", "image in body should be at least 1 chars long" },
        { "own-trainer", "spec: { training: { epochs: 3 } }", "training.epochs, batchSize and optimizer have no meaning with training.container" },
        { "own-trainer", "spec: { training: { batchSize: 3 } }", "training.epochs, batchSize and optimizer have no meaning with training.container" },
        { "own-trainer", "spec: { training: { optimizer: { sgd: {} } } }", "training.epochs, batchSize and optimizer have no meaning with training.container" },
        { "own-trainer", "spec: { training: { container: { imagePullPolicy: Sometimes } } }", "supported values: \"Always\", \"IfNotPresent\", \"Never\"" },
        { "own-trainer", "spec: { training: { container: { env: [{ name: 1A, value: x }] } } }", "the name of an environment variable must hold only letters, digits and '_'" },
        { "own-trainer", "spec: { training: { container: { env: [{ name: GREENOPS_SEED, value: '1' }] } } }", "begin with GREENOPS_ are taken" },
        { "own-trainer", "spec: { training: { container: { env: [{ name: A, value: x, valueFrom: { secretKeyRef: { name: a, key: b } } }] } } }", "set only one of value and valueFrom" },
        { "own-trainer", "spec: { training: { container: { env: [{ name: A, valueFrom: {} }] } } }", "valueFrom.secretKeyRef: Required value" },
        { "own-trainer", "spec: { training: { container: { env: [{ name: A }, { name: A }] } } }", "Duplicate value: {\"name\":\"A\"}" },
        { "own-trainer", "spec: { compression: { variants: [{ name: a, steps: [{ prune: { sparsity: '0.5', fineTuneEpochs: 2 } }] }] } }", "prune.fineTuneEpochs must be 0 with spec.model and training.container" },
        { "own-server", "spec: { serving: { variants: { policy: CarbonAware } } }", "serving.container serves one variant at a time" },
        { "own-server", "spec: { serving: { variants: null } }", "serving.container serves one variant at a time" },
        { "own-server", "spec: { compression: { variants: [{ name: a, steps: [{ quantize: {} }] }] }, serving: { variants: { policy: Fixed, mix: [{ variant: full, weight: 1 }, { variant: a, weight: 1 }] } } }", "serving.container serves one variant at a time" },
        { "own-server", "spec: { serving: { resources: null } }", "serving.resources must state cpu with serving.container" },
        { "own-server", "spec: { serving: { resources: { limits: { cpu: null }, requests: { cpu: null } } } }", "serving.resources must state cpu with serving.container" },
        { "own-server", "spec: { serving: { objective: { utilization: '0.5' } } }", "serving.objective.utilization has no meaning with serving.container" },
        { "own-server", "spec: { serving: { container: { port: 0 } } }", "port in body should be greater than or equal to 1" },
        { "own-server", "spec: { serving: { container: { readinessPath: ready } } }", "serving.container.readinessPath must begin with '/'" },
        { "own-server", "spec: { serving: { container: { scaling: { query: null } } } }", "spec.serving.container.scaling.query: Required value" },
        { "own-server", "spec: { serving: { container: { scaling: { target: '0' } } } }", "must be a decimal number greater than 0" },
        { "own-server", "spec: { serving: { container: { scaling: { target: 8 } } } }", "target in body must be of type string" },
    };
}
