using System.Collections;
using System.Globalization;
using System.Reflection;
using GreenOps.Api.Models;
using GreenOps.Api.Schema;
using GreenOps.Contract;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Tests.Worlds;
using Xunit;
using Dataset = GreenOps.Api.Models.Dataset;

namespace GreenOps.Operator.Tests.Desired;

/// <summary>
/// No field that a user writes about training and compression is lost on its way into a stage's document: each scalar gets
/// a value of its own, and the document of the same name must hold it.
/// </summary>
public sealed class StageFieldTests
{
    /// <summary>What a field of the API is called in the contract, where it is not the same.</summary>
    private static readonly Dictionary<Type, (Type Document, Func<StageSpec, object?> In)> Parts = new()
    {
        [typeof(Dataset)] = (typeof(DatasetSpec), stage => stage.Dataset),
        [typeof(Cnn)] = (typeof(CnnSpec), stage => stage.Train!.Architecture.Cnn),
        [typeof(EarlyExit)] = (typeof(EarlyExitSpec), stage => stage.Train!.Architecture.Cnn!.EarlyExit),
        [typeof(Rnn)] = (typeof(RnnSpec), stage => stage.Train!.Architecture.Rnn),
        [typeof(Transformer)] = (typeof(TransformerSpec), stage => stage.Train!.Architecture.Transformer),
        [typeof(Mlp)] = (typeof(MlpSpec), stage => stage.Train!.Architecture.Mlp),
        [typeof(Adam)] = (typeof(AdamSpec), stage => stage.Train!.Optimizer.Adam),
        [typeof(AdamW)] = (typeof(AdamWSpec), stage => stage.Train!.Optimizer.AdamW),
        [typeof(Sgd)] = (typeof(SgdSpec), stage => stage.Train!.Optimizer.Sgd),
        [typeof(CosineDecay)] = (typeof(CosineDecaySpec), stage => stage.Train!.LearningRateDecay!.Cosine),
        [typeof(StepDecay)] = (typeof(StepDecaySpec), stage => stage.Train!.LearningRateDecay!.Step),
        [typeof(EarlyStopping)] = (typeof(EarlyStoppingSpec), stage => stage.Train!.EarlyStopping),
        [typeof(Prune)] = (typeof(PruneSpec), stage => stage.Compress!.Steps[0].Prune),
        [typeof(Quantize)] = (typeof(QuantizeSpec), stage => stage.Compress!.Steps[0].Quantize),
        [typeof(Distill)] = (typeof(DistillSpec), stage => stage.Compress!.Steps[0].Distill),
        [typeof(CompressionSearch)] = (typeof(SearchSpec), stage => stage.Compress!.Search),
    };

    private static readonly HashSet<string> Structure = [nameof(Dataset.Holdout), nameof(Cnn.EarlyExit), nameof(Distill.Student)];

    public static TheoryData<string, string> Fields => new(
        from part in Parts.Keys
        from property in part.GetProperties()
        where !Structure.Contains(property.Name) && property.Name != "EqualityContract"
        select (part.Name, property.Name));

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_reaches_the_document_of_its_stage(string part, string field)
    {
        var (type, (document, find)) = Parts.Single(entry => entry.Key.Name == part);
        var property = type.GetProperty(field)!;
        foreach (var value in Values(property))
        {
            var instance = New(type);
            property.SetValue(instance, value);

            var written = document.GetProperty(field)!.GetValue(find(DocumentOf(instance)));

            Assert.Equal(Text(value), Text(written));
        }
    }

    [Fact]
    public void Every_kind_of_object_in_training_and_compression_has_its_row()
    {
        var known = Parts.Keys.Concat(
            [typeof(TrainingSpec), typeof(CompressionSpec), typeof(VariantSpec), typeof(CompressionStep), typeof(Architecture), typeof(Optimizer), typeof(LearningRateDecay), typeof(Holdout)]);

        Assert.Empty(Reached(typeof(TrainingSpec)).Union(Reached(typeof(CompressionSpec))).Except(known).Except(NotOfTheArtifact));
    }

    [Fact]
    public void A_students_architecture_goes_the_same_way_as_the_teachers()
    {
        var stage = DocumentOf(new Distill { Student = new Architecture { Rnn = new Rnn { HiddenSize = 17 } } });

        Assert.Equal(17, stage.Compress!.Steps[0].Distill!.Student.Rnn!.HiddenSize);
    }

    [Theory]
    [InlineData(null, false, 0.5)]
    [InlineData("0.25", false, 0.25)]
    [InlineData(null, true, 0)]
    public void Labels_weigh_half_unless_it_is_said_or_there_are_none(string? labelWeight, bool dataFree, double weight)
    {
        var distill = New(typeof(Distill)) as Distill;

        var stage = DocumentOf(distill! with { LabelWeight = labelWeight, DataFree = dataFree });

        Assert.Equal(weight, stage.Compress!.Steps[0].Distill!.LabelWeight);
    }

    /// <summary>How and where pods run, which makes no difference to the artifact, and containers, which have tests of their own.</summary>
    private static Type[] NotOfTheArtifact =>
        [typeof(TrainingSchedule), typeof(TrainingPlace), .. Reached(typeof(ComputeResources)), .. Reached(typeof(PodOverlay)), .. Reached(typeof(TrainingContainer))];

    private static StageSpec DocumentOf(object part)
    {
        var training = Samples.Spec.Training!;
        var cnn = new Cnn { Filters = [8] };
        return part switch
        {
            Dataset dataset => Root(training with { Dataset = dataset }),
            Cnn whole => Root(training with { Architecture = new Architecture { Cnn = whole } }),
            EarlyExit exit => Root(training with { Architecture = new Architecture { Cnn = cnn with { EarlyExit = exit } } }),
            Rnn rnn => Root(training with { Architecture = new Architecture { Rnn = rnn } }),
            Transformer transformer => Root(training with { Architecture = new Architecture { Transformer = transformer } }),
            Mlp mlp => Root(training with { Architecture = new Architecture { Mlp = mlp } }),
            Adam adam => Root(training with { Optimizer = new Optimizer { Adam = adam } }),
            AdamW adamW => Root(training with { Optimizer = new Optimizer { AdamW = adamW } }),
            Sgd sgd => Root(training with { Optimizer = new Optimizer { Sgd = sgd } }),
            CosineDecay cosine => Root(training with { LearningRateDecay = new LearningRateDecay { Cosine = cosine } }),
            StepDecay step => Root(training with { LearningRateDecay = new LearningRateDecay { Step = step } }),
            EarlyStopping stopping => Root(training with { EarlyStopping = stopping }),
            Prune prune => Variant(new CompressionStep { Prune = prune }),
            Quantize quantize => Variant(new CompressionStep { Quantize = quantize }),
            Distill distill => Variant(new CompressionStep { Distill = distill }),
            CompressionSearch search => Compression(new CompressionSpec { Search = search }),
            _ => throw new NotSupportedException(part.GetType().Name),
        };
    }

    private static StageSpec Root(TrainingSpec training) =>
        StageDocuments.Of(Samples.Model(Samples.Spec with { Training = training }), Samples.Options).Training.Document;

    private static StageSpec Variant(CompressionStep step) =>
        Compression(new CompressionSpec { Variants = [new VariantSpec { Name = "a", Steps = [step] }] });

    private static StageSpec Compression(CompressionSpec compression) =>
        StageDocuments.Of(Samples.Model(Samples.Spec with { Compression = compression }), Samples.Options).Compressions.Single().Document;

    /// <summary>An instance whose every required member has a value.</summary>
    private static object New(Type type) => type.Name switch
    {
        nameof(Dataset) => new Dataset { Uri = "file:///data" },
        nameof(Cnn) => new Cnn { Filters = [8] },
        nameof(Mlp) => new Mlp { HiddenSizes = [8] },
        nameof(StepDecay) => new StepDecay { EveryEpochs = 1 },
        nameof(Prune) => new Prune { Sparsity = "0.5" },
        nameof(Distill) => new Distill { Student = new Architecture { Mlp = new Mlp { HiddenSizes = [8] } } },
        _ => Activator.CreateInstance(type)!,
    };

    /// <summary>Values to try: every member of an enumeration, both truth values, and something that is no default.</summary>
    private static IEnumerable<object> Values(PropertyInfo property) => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
    {
        { IsEnum: true } type => Enum.GetValues(type).Cast<object>(),
        var type when type == typeof(bool) => [false, true],
        var type when type == typeof(int) => [7],
        var type when type == typeof(string) && property.IsDefined(typeof(DecimalStringAttribute)) => ["0.125"],
        var type when type == typeof(string) => ["file:///seven"],
        var type when type == typeof(IReadOnlyList<int>) => [new[] { 7, 9 }],
        var type => throw new NotSupportedException(type.Name),
    };

    /// <summary>Enumerations by name; a decimal string and its number alike.</summary>
    private static string? Text(object? value) => value switch
    {
        IEnumerable<int> numbers => string.Join(',', numbers),
        IEnumerable and not string => throw new NotSupportedException(),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static HashSet<Type> Reached(Type type)
    {
        HashSet<Type> found = [];
        Add(type);
        return found;

        void Add(Type next)
        {
            var element = Nullable.GetUnderlyingType(next) ?? (next.IsGenericType ? next.GetGenericArguments()[^1] : next);
            if (element.Namespace == typeof(GreenModel).Namespace && !element.IsEnum && found.Add(element))
            {
                foreach (var property in element.GetProperties())
                {
                    Add(property.PropertyType);
                }
            }
        }
    }
}
