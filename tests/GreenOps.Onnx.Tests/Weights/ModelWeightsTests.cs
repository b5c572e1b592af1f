using Google.Protobuf;
using GreenOps.Onnx.Proto;
using GreenOps.Onnx.Tests.Fixtures;

namespace GreenOps.Onnx.Tests.Weights;

public sealed class ModelWeightsTests
{
    [Fact]
    public void Every_stored_form_reads_as_the_same_floats()
    {
        float[] expected = [1.5f, -2, 0];
        var tensors = new[]
        {
            new TensorProto { Name = "raw", DataType = 1, Dims = { 3 }, RawData = ByteString.CopyFrom([.. expected.SelectMany(BitConverter.GetBytes)]) },
            new TensorProto { Name = "list", DataType = 1, Dims = { 3 }, FloatData = { expected } },
            new TensorProto { Name = "half", DataType = 10, Dims = { 3 }, RawData = ByteString.CopyFrom([.. expected.SelectMany(v => BitConverter.GetBytes((Half)v))]) },
            new TensorProto { Name = "halfList", DataType = 10, Dims = { 3 }, Int32Data = { expected.Select(v => (int)BitConverter.HalfToUInt16Bits((Half)v)) } },
        };
        var model = With(tensors);

        Assert.All(tensors, t => Assert.Equal(expected, ModelWeights.Read(model, t.Name)));
    }

    [Fact]
    public void Writing_keeps_type_and_shape_and_leaves_the_original_alone()
    {
        var half = new TensorProto { Name = "half", DataType = 10, Dims = { 2 }, Int32Data = { 0, 0 } };
        var model = With(half);

        var written = ModelWeights.Write(model, new Dictionary<string, float[]> { ["half"] = [0.25f, -8] });

        Assert.Equal([0.25f, -8], ModelWeights.Read(OnnxModel.Parse(written.ToByteArray()), "half"));
        Assert.Equal([0, 0], ModelWeights.Read(model, "half"));
        var description = ModelWeights.List(written).Single(t => t.Name == "half");
        Assert.Equal(ElementType.Float16, description.ElementType);
        Assert.Equal(2, description.Count);
    }

    [Fact]
    public void A_tensor_that_is_not_there_or_not_float_is_named()
    {
        var model = With(new TensorProto { Name = "index", DataType = 7, Dims = { 1 }, Int64Data = { 3 } });

        Assert.Contains("'nothing'", Assert.Throws<ArgumentException>(() => ModelWeights.Read(model, "nothing")).Message, StringComparison.Ordinal);
        Assert.Contains("holds Int64", Assert.Throws<OnnxFormatException>(() => ModelWeights.Read(model, "index")).Message, StringComparison.Ordinal);
        Assert.Contains("takes 64 values, not 2", Assert.Throws<ArgumentException>(
            () => ModelWeights.Write(model, new Dictionary<string, float[]> { ["second.weight"] = [1, 2] })).Message, StringComparison.Ordinal);
    }

    private static OnnxModel With(params TensorProto[] tensors)
    {
        var proto = Networks.Mlp().CloneProto();
        proto.Graph.Initializer.AddRange(tensors);
        return OnnxModel.FromProto(proto);
    }
}
