using System.Net;
using System.Text;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Benchmarks.Faults;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Desired;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Benchmarks.Tests;

/// <summary>The judge of the fault run must tell a Job that comes again for a reason from one that does not.</summary>
public sealed class JobLedgerTests : IDisposable
{
    private static readonly GreenModel Model = new()
    {
        Metadata = new V1ObjectMeta { Name = "fashion", NamespaceProperty = "shop", Uid = "first" },
        Spec = new GreenModelSpec
        {
            CarbonZone = "de",
            Training = new TrainingSpec { Architecture = new Architecture { Cnn = new Cnn { Filters = [8] } }, Dataset = new Dataset { Uri = "file:///data" } },
        },
    };

    private readonly ModelServer server = new() { Model = Model };
    private readonly HttpClient api;
    private readonly JobLedger ledger;

    public JobLedgerTests()
    {
        api = new HttpClient(server) { BaseAddress = new Uri("http://localhost") };
        ledger = new JobLedger(api);
    }

    private static string Wanted => StageDocuments.Of(Model, new OperatorOptions()).All.First().Revision;

    public void Dispose()
    {
        api.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task A_Job_of_each_revision_is_as_it_should_be()
    {
        await TakeAsync("ADDED", Job("a", Wanted));
        await TakeAsync("MODIFIED", Job("a", Wanted));
        await TakeAsync("ADDED", Job("b", "other"));

        AssertFound(created: 2);
    }

    [Fact]
    public async Task A_Job_beside_another_of_its_revision_is_a_duplicate()
    {
        await TakeAsync("ADDED", Job("a", Wanted));
        await TakeAsync("ADDED", Job("b", Wanted));

        AssertFound(created: 2, duplicates: 1);
    }

    [Fact]
    public async Task A_Job_that_comes_again_while_its_model_asked_for_the_one_before_is_unfounded()
    {
        await GoneAndAgainAsync(Job("a", Wanted));

        AssertFound(created: 2, unfounded: 1);
    }

    [Fact]
    public async Task A_Job_may_come_again_when_its_model_asked_for_another_revision_meanwhile()
    {
        await GoneAndAgainAsync(Job("a", "0000000000"));

        AssertFound(created: 2, again: 1);
        Assert.Contains("another revision", ledger.Again[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Job_may_come_again_when_its_time_to_live_was_over()
    {
        var job = Job("a", Wanted);
        job.Spec.TtlSecondsAfterFinished = 60;
        job.Status = new V1JobStatus { CompletionTime = DateTime.UnixEpoch };

        await GoneAndAgainAsync(job);

        AssertFound(created: 2, again: 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_Job_may_come_again_when_its_model_is_gone_or_another_of_the_same_name(bool gone)
    {
        server.Model = gone ? null : new GreenModel { Metadata = new V1ObjectMeta { Name = "fashion", NamespaceProperty = "shop", Uid = "second" }, Spec = Model.Spec };

        await GoneAndAgainAsync(Job("a", Wanted));

        AssertFound(created: 2, again: 1);
        Assert.Contains("its model was deleted", ledger.Again[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_stages_Job_may_come_as_often_as_it_likes()
    {
        var job = Job("sweep", Wanted);
        job.Metadata.Labels.Remove(Labels.Stage);

        await GoneAndAgainAsync(job);

        AssertFound(created: 0);
    }

    private async Task GoneAndAgainAsync(V1Job job)
    {
        await TakeAsync("ADDED", job);
        await TakeAsync("DELETED", job);
        var next = Job("next", job.GetLabel(Labels.Revision));
        next.Metadata.Labels = job.Metadata.Labels;
        await TakeAsync("ADDED", next);
    }

    private Task TakeAsync(string type, V1Job job) => ledger.TakeAsync(type, job, TestContext.Current.CancellationToken);

    private void AssertFound(int created, int duplicates = 0, int again = 0, int unfounded = 0) =>
        Assert.Equal((created, duplicates, again, unfounded), (ledger.Created, ledger.Duplicates.Count, ledger.Again.Count, ledger.Unfounded.Count));

    private static V1Job Job(string uid, string revision) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = $"fashion-{uid}",
            NamespaceProperty = "shop",
            Uid = uid,
            Labels = new Dictionary<string, string> { [Labels.Model] = "fashion", [Labels.Stage] = "train", [Labels.Revision] = revision },
            OwnerReferences = [new V1OwnerReference { Uid = "first", Name = "fashion", Kind = "GreenModel", ApiVersion = "greenops.dev/v1alpha1" }],
        },
        Spec = new V1JobSpec(),
    };

    /// <summary>An API server that knows one model, or none.</summary>
    private sealed class ModelServer : HttpMessageHandler
    {
        public GreenModel? Model { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Model is null
            ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(KubernetesJson.Serialize(Model), Encoding.UTF8, "application/json") });
    }
}
