using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Google.Protobuf;
using GreenOps.Onnx.Proto;
using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests;

public sealed class HostileInputTests
{
    private static readonly byte[][] Models = [Networks.Mlp().ToByteArray(), Networks.TwoConvolutions().ToByteArray(), Opsets.OpsetUpgradeTests.Branching(9).ToByteArray()];

    public sealed record Mutation(byte[] Bytes);

    public static class Arbitraries
    {
        public static Arbitrary<Mutation> Mutations() => (
            from model in Gen.Elements(Models)
            from mutation in Gen.OneOf(Overwritten(model), Truncated(model), Spliced(model), Garbage())
            select mutation).ToArbitrary();

        private static Gen<Mutation> Overwritten(byte[] model) =>
            from changes in Gen.NonEmptyListOf(from at in Position(model) from value in Gen.Choose(0, 255) select (at, value))
            select new Mutation(Overwrite(model, changes));

        private static Gen<Mutation> Truncated(byte[] model) => Gen.Choose(0, model.Length - 1).Select(n => new Mutation(model[..n]));

        private static Gen<Mutation> Spliced(byte[] model) =>
            from at in Gen.Choose(0, model.Length)
            from length in Gen.Choose(0, 200)
            from to in Gen.Choose(0, model.Length)
            select new Mutation([.. model[..to], .. model.Skip(at).Take(length), .. model[to..]]);

        private static Gen<Mutation> Garbage() => ArbMap.Default.GeneratorFor<byte[]>().Select(b => new Mutation(b));

        /// <summary>Any byte, the structure at the front more often than the weights that fill the rest.</summary>
        private static Gen<int> Position(byte[] model) => Gen.OneOf(Gen.Choose(0, model.Length - 1), Gen.Choose(0, Math.Min(400, model.Length - 1)));

        private static byte[] Overwrite(byte[] model, IEnumerable<(int At, int Value)> changes)
        {
            var bytes = (byte[])model.Clone();
            foreach (var (at, value) in changes)
                bytes[at] = (byte)value;
            return bytes;
        }
    }

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 3000)]
    public void Damaged_bytes_are_refused_with_a_sentence_or_read_as_a_whole_model(Mutation mutation)
    {
        OnnxModel? model = null;
        Attempt(() =>
        {
            model = OnnxModel.Parse(mutation.Bytes);
            Assert.Equal(model.ToByteArray(), OnnxModel.Parse(model.ToByteArray()).ToByteArray());
        });
        if (model is null)
            return;
        foreach (var (_, pass) in EveryPass.Over(model))
            Attempt(pass);
    }

    private static void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (OnnxFormatException e)
        {
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Memory_stays_in_proportion_to_the_bytes_whatever_they_claim()
    {
        // A tensor of 2^62 elements in a few bytes.
        var claims = Broken(g => g.Initializer[0].Dims.ReplaceWith([1L << 31, 1L << 31])).ToByteArray();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<OnnxFormatException>(() => OnnxModel.Parse(claims));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    public static TheoryData<string, byte[]> Faults => new()
    {
        { "holds no graph", [] },
        { "cut short or damaged", [0x3A, 0x7F, 1] },
        { "cut short or damaged", "PK\u0003\u0004 this is a zip archive"u8.ToArray() },
        { "cut short or damaged", Nested(200) },
        { "no outputs", Broken(g => g.Output.Clear()).ToByteArray() },
        { "more elements than can be counted", Broken(g => g.Initializer[0].Dims.ReplaceWith([long.MaxValue, 2])).ToByteArray() },
        { "negative dimension -1", Broken(g => g.Initializer[0].Dims.ReplaceWith([-1])).ToByteArray() },
        { "of shape [20, 17] needs 1360 bytes of Float and holds 1280", Broken(g => g.Initializer[0].Dims.ReplaceWith([20, 17])).ToByteArray() },
        { "needs 640 bytes of Float16 and holds 1280", Broken(g => g.Initializer[0].DataType = 10).ToByteArray() },
        { "needs 320 Float values and holds 0", Broken(g => g.Initializer[0].ClearRawData()).ToByteArray() },
        { "in another file", Broken(g => g.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External).ToByteArray() },
        { "which nothing produces", Broken(g => g.Initializer.RemoveAt(0)).ToByteArray() },
        { "'elsewhere', which nothing produces", Broken(g => g.Output[0].Name = "elsewhere").ToByteArray() },
        { "produced twice", Broken(g => g.Node.Add(g.Node[0].Clone())).ToByteArray() },
        { "has a cycle", Broken(g => g.Node[0].Input[0] = g.Node[^1].Output[0]).ToByteArray() },
        { "names no operator", Broken(g => g.Node[0].ClearOpType()).ToByteArray() },
        { "initializer 'first.weight' has no name of its own", Broken(g => g.Initializer.Add(g.Initializer[0].Clone())).ToByteArray() },
        { "input 'input' has no name of its own", Broken(g => g.Input.Add(g.Input[0].Clone())).ToByteArray() },
        { "versions start at 1", BrokenModel(m => m.OpsetImport[0].Version = -3).ToByteArray() },
        { "of the operator set 'elsewhere'", Broken(g => g.Node[0].Domain = "elsewhere").ToByteArray() },
        { "takes 2 input(s) or more and has 1", Broken(g => g.Node.First(n => n.OpType == "MatMul").Input.RemoveAt(1)).ToByteArray() },
        { "has the attribute 'alpha' twice", Broken(g => g.Node[0].Attribute.Add([Alpha(), Alpha()])).ToByteArray() },
        { "holds another kind of value", Broken(g => g.Node[0].Attribute.Add(new AttributeProto { Name = "alpha", Type = AttributeProto.Types.AttributeType.Float, I = 1 })).ToByteArray() },
        { "imports an operator set twice", BrokenModel(m => m.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx", Version = 7 })).ToByteArray() },
        { "'outside', which nothing produces", Broken(g => g.Node.Add(Branch("outside"))).ToByteArray() },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named(string sentence, byte[] bytes)
    {
        var error = Assert.Throws<OnnxFormatException>(() => OnnxModel.Parse(bytes));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_may_read_the_graph_around_it_and_nodes_may_come_in_any_order()
    {
        var proto = Broken(g =>
        {
            g.Node.Insert(0, Branch(g.Node[0].Output[0]));
            g.Output[0].Name = "branched";
        });

        Assert.Equal("branched", OnnxModel.Parse(proto.ToByteArray()).Outputs[0].Name);
    }

    [Fact]
    public void A_file_that_is_no_model_is_named()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "not a model");
            Assert.Contains(path, Assert.Throws<OnnxFormatException>(() => OnnxModel.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static AttributeProto Alpha() => new() { Name = "alpha", Type = AttributeProto.Types.AttributeType.Float, F = 1 };

    private static ModelProto Broken(Action<GraphProto> change) => BrokenModel(m => change(m.Graph));

    private static ModelProto BrokenModel(Action<ModelProto> change)
    {
        var proto = Networks.Mlp().CloneProto();
        change(proto);
        return proto;
    }

    private static NodeProto Branch(string reads)
    {
        var body = new GraphProto { Name = "body", Output = { new ValueInfoProto { Name = "inner" } } };
        body.Node.Add(new NodeProto { OpType = "Identity", Input = { reads }, Output = { "inner" } });
        return new NodeProto
        {
            OpType = "If",
            Input = { "input" },
            Output = { "branched" },
            Attribute = { new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.AttributeType.Graph, G = body } },
        };
    }

    private static byte[] Nested(int depth)
    {
        var graph = new GraphProto { Name = "innermost" };
        for (var i = 0; i < depth; i++)
            graph = new GraphProto { Node = { new NodeProto { OpType = "If", Attribute = { new AttributeProto { Name = "then_branch", G = graph } } } } };
        return new ModelProto { Graph = graph }.ToByteArray();
    }
}

internal static class RepeatedFieldExtensions
{
    public static void ReplaceWith(this Google.Protobuf.Collections.RepeatedField<long> field, IEnumerable<long> values)
    {
        field.Clear();
        field.AddRange(values);
    }
}
