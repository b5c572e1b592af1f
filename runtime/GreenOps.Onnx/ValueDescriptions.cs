using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>Between the wire's value infos and <see cref="ValueDescription"/>.</summary>
internal static class ValueDescriptions
{
    public static ValueDescription FromProto(ValueInfoProto info)
    {
        var tensor = info.Type?.TensorType;
        return new(
            info.Name,
            tensor is null ? ElementType.Undefined : (ElementType)tensor.ElemType,
            tensor?.Shape is null ? null : [.. tensor.Shape.Dim.Select(FromProto)]);
    }

    public static ValueInfoProto ToProto(ValueDescription value)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)value.ElementType };
        if (value.Dimensions is { } dimensions)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.AddRange(dimensions.Select(ToProto));
        }

        return new ValueInfoProto { Name = value.Name, Type = new TypeProto { TensorType = tensor } };
    }

    private static Dimension FromProto(TensorShapeProto.Types.Dimension dimension) => dimension.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue when dimension.DimValue >= 0 => dimension.DimValue,
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam when dimension.DimParam.Length > 0 => dimension.DimParam,
        _ => Dimension.Unknown,
    };

    private static TensorShapeProto.Types.Dimension ToProto(Dimension dimension) => dimension switch
    {
        { Value: { } value } => new() { DimValue = value },
        { Symbol: { } symbol } => new() { DimParam = symbol },
        _ => new(),
    };
}
