using GreenOps.Trainer.Compression.Distillation;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Compression;

/// <summary>Students of a teacher that has seen the small sample; chance is a tenth.</summary>
public sealed class TransferTests : IDisposable
{
    private readonly Network _teacher = Networks.Trained(4, 12);
    private readonly TensorData _training = new(Samples.Small.Training);
    private readonly TensorData _heldOut = new(Samples.Small.HeldOut);

    public TransferTests()
    {
        foreach (var parameter in _teacher.parameters())
        {
            parameter.requires_grad_(false);
        }

        _teacher.eval();
    }

    public void Dispose()
    {
        _teacher.Dispose();
        _training.Dispose();
        _heldOut.Dispose();
    }

    [Fact]
    public void A_student_that_sees_no_label_learns_the_classes_from_the_teacher()
    {
        using var student = Networks.New(4);

        Teach(student, Spec(DistillTransfer.Data, epochs: 4) with { LabelWeight = 0 });

        Assert.InRange(NetworkAccuracy.Of(student, _heldOut), 0.6, 1);
        Assert.InRange(Agreement(student), NetworkAccuracy.Of(student, _heldOut), 1);
    }

    [Fact]
    public void A_discriminator_teaches_otherwise_than_soft_targets_alone()
    {
        using var deceiving = Networks.New(4);
        using var soft = Networks.New(4);

        Teach(deceiving, Spec(DistillTransfer.Adversarial, epochs: 4));
        Teach(soft, Spec(DistillTransfer.Data, epochs: 4));

        Assert.InRange(NetworkAccuracy.Of(deceiving, _heldOut), 0.6, 1);
        Assert.NotEqual(Networks.Values(soft), Networks.Values(deceiving));
        Assert.True(Distance(deceiving) < Distance(soft));
    }

    [Fact]
    public void A_generator_teaches_the_classes_without_a_training_example()
    {
        using var student = Networks.New(4);
        var spec = Spec(DistillTransfer.Adversarial, epochs: 3) with { DataFree = true };

        Teach(student, spec, _ => throw new InvalidOperationException("A training example was read."));

        Assert.InRange(NetworkAccuracy.Of(student, _heldOut), 0.4, 1);
    }

    [Fact]
    public void An_autoencoder_makes_samples_near_the_data_and_they_teach_the_classes()
    {
        using var student = Networks.New(4);
        using var transfer = new VariationalTransfer(student, _teacher, Spec(DistillTransfer.Variational, epochs: 6), seed: 3);
        var untaught = ToData(transfer.Samples(0, 100));

        Teach(student, transfer);

        Assert.InRange(NetworkAccuracy.Of(student, _heldOut), 0.4, 1);
        var taught = ToData(transfer.Samples(0, 100));
        Assert.InRange(taught, 0, untaught / 2);
        // No further from the nearest training image than one of another kind is from its own.
        Assert.InRange(taught, 0, 1.2 * ToData(_heldOut.Batch([.. Enumerable.Range(0, 100).Select(i => (long)i)]).Inputs));
    }

    [Theory]
    [InlineData(DistillTransfer.Data, false)]
    [InlineData(DistillTransfer.Adversarial, false)]
    [InlineData(DistillTransfer.Adversarial, true)]
    [InlineData(DistillTransfer.Variational, false)]
    public void The_same_seed_gives_the_same_student(DistillTransfer kind, bool dataFree)
    {
        float[] Student(long seed)
        {
            using var student = Networks.New(2);
            using var transfer = TransferFactory.Create(student, _teacher, Spec(kind, epochs: 1) with { DataFree = dataFree }, seed);
            Teach(student, transfer, examples: 200);
            return Networks.Values(student);
        }

        Assert.Equal(Student(3), Student(3));
        if (kind != DistillTransfer.Data)
        {
            Assert.NotEqual(Student(3), Student(4));
        }
    }

    [Fact]
    public void What_generates_images_refuses_other_examples()
    {
        using var student = Networks.New(2);
        var shape = student.Shape with { Pixels = false };
        using var other = new CnnNetwork(student.Geometry, shape);

        var fault = Assert.Throws<StageException>(() => TransferFactory.Create(other, _teacher, Spec(DistillTransfer.Variational, 1), seed: 1));

        Assert.Contains("Use transfer Data", fault.Message);
    }

    private static DistillSpec Spec(DistillTransfer transfer, int epochs) => new()
    {
        Student = Networks.Architecture(4),
        Temperature = 4,
        LabelWeight = 0.5,
        Transfer = transfer,
        Epochs = epochs,
    };

    private void Teach(Network student, DistillSpec spec, Func<long[], Batch>? examples = null)
    {
        using var transfer = TransferFactory.Create(student, _teacher, spec, seed: 3);
        Teach(student, transfer, examples);
    }

    private void Teach(Network student, Transfer transfer, Func<long[], Batch>? read = null, int examples = 1500)
    {
        using var optimizer = OptimizerFactory.Create(Specs.Adam, student.parameters());
        new TransferTrainer(student, optimizer, transfer, new TrainingPlan(transfer.Passes, 64, Seed: 3))
            .Run(Samples.Small.Training.Select([.. Enumerable.Range(0, examples)]), read ?? (indices => _training.Batch(indices)), _heldOut, TrainingState.Start(1), _ => { }, CancellationToken.None);
    }

    /// <summary>Share of the held-out images that student and teacher take for the same.</summary>
    private double Agreement(Network student)
    {
        using var without = no_grad();
        var batch = _heldOut.Batch([.. Enumerable.Range(0, _heldOut.Count).Select(i => (long)i)]);
        return student.Outputs(batch).argmax(1).eq(_teacher.Outputs(batch).argmax(1)).to(ScalarType.Float32).mean().ToDouble();
    }

    /// <summary>Mean difference of the logits of student and teacher.</summary>
    private double Distance(Network student)
    {
        using var without = no_grad();
        var batch = _heldOut.Batch([.. Enumerable.Range(0, _heldOut.Count).Select(i => (long)i)]);
        return nn.functional.l1_loss(student.Outputs(batch), _teacher.Outputs(batch)).ToDouble();
    }

    /// <summary>Mean distance of images to their nearest training image.</summary>
    private double ToData(Tensor images)
    {
        using var without = no_grad();
        var training = _training.Batch([.. Enumerable.Range(0, _training.Count).Select(i => (long)i)]).Inputs;
        return cdist(images.flatten(1), training.flatten(1)).min(1).values.mean().ToDouble();
    }
}
