using System.Globalization;
using System.Text;
using FsCheck.Xunit;
using GreenOps.Server.Tensors;

namespace GreenOps.Server.Tests.Tensors;

public sealed class FloatParserTests
{
    [Property(MaxTest = 100_000)]
    public bool Every_single_is_read_back_from_its_shortest_text(uint bits)
    {
        var value = BitConverter.UInt32BitsToSingle(bits);
        return !float.IsFinite(value) || SameAsFramework(value.ToString("R", CultureInfo.InvariantCulture));
    }

    [Property(MaxTest = 100_000)]
    public bool Decimals_are_read_as_the_framework_reads_them(ulong digits, byte scale, bool negative)
    {
        var text = digits.ToString(CultureInfo.InvariantCulture).PadLeft(25, '0');
        var point = scale % 24;
        var whole = text[..^point].TrimStart('0');
        return SameAsFramework($"{(negative ? "-" : "")}{(whole.Length == 0 ? "0" : whole)}{(point == 0 ? "" : $".{text[^point..]}")}");
    }

    [Property(MaxTest = 100_000)]
    public bool Numbers_around_the_middle_of_two_singles_are_rounded_right(uint bits, sbyte offset)
    {
        // Between 2^-13 and 2^19, where the fast path works, and a little to either side of the exact middle.
        var value = BitConverter.UInt32BitsToSingle((bits & 0x0FFFFFFF) | 0x39000000);
        if (!float.IsFinite(value))
        {
            return true;
        }

        var middle = ((double)value + MathF.BitIncrement(value)) / 2;
        var near = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(middle) + offset);
        return SameAsFramework(((decimal)near).ToString(CultureInfo.InvariantCulture))
            && SameAsFramework(near.ToString("F20", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("1e-50")]
    [InlineData("3.4028235e38")]
    [InlineData("0.000000000000000000000000000000000000000000001")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("16777217")]
    [InlineData("0.1000000014901161193847656250000000000000001")]
    public void Edges_are_read_as_the_framework_reads_them(string text) => Assert.True(SameAsFramework(text));

    [Theory]
    [InlineData("3.4028236e38")]
    [InlineData("-1e39")]
    [InlineData("1e999999999")]
    public void What_a_single_cannot_hold_is_refused(string text) =>
        Assert.False(FloatParser.TryParse(Encoding.UTF8.GetBytes(text), out _));

    private static bool SameAsFramework(string text) =>
        FloatParser.TryParse(Encoding.UTF8.GetBytes(text), out var value)
        && BitConverter.SingleToInt32Bits(value) == BitConverter.SingleToInt32Bits(float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
}
