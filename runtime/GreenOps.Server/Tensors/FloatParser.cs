using System.Globalization;

namespace GreenOps.Server.Tensors;

/// <summary>
/// Reads a JSON number into the nearest single, several times faster than the framework for the numbers that inputs
/// are made of. The fast path is W. D. Clinger's ("How to read floating point numbers accurately", 1990): an integer
/// mantissa divided by an exact power of ten. In double precision it is off by at most two units in the last place,
/// so rounding it to single is right unless it lies that close to the middle between two singles; those few, and
/// numbers with an exponent or too many digits, take the framework's parser.
/// </summary>
internal static class FloatParser
{
    private const int MantissaDigits = 19;
    private const ulong DiscardedBits = (1UL << 29) - 1;
    private const ulong Middle = 1UL << 28;
    private const ulong Uncertainty = 2;

    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Reads a number.</summary>
    /// <param name="text">A number by the JSON grammar.</param>
    /// <param name="value">The nearest single.</param>
    /// <returns>False when the number is too large for a single.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out float value) =>
        TryParseFast(text, out value)
        || (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value));

    private static bool TryParseFast(ReadOnlySpan<byte> text, out float value)
    {
        value = 0;
        var negative = text[0] == (byte)'-';
        var mantissa = 0UL;
        var digits = 0;
        var point = -1;
        for (var index = negative ? 1 : 0; index < text.Length; index++)
        {
            var digit = (uint)(text[index] - '0');
            if (digit <= 9)
            {
                mantissa = (mantissa * 10) + digit;
                digits += mantissa == 0 ? 0 : 1;
            }
            else if (text[index] == (byte)'.')
            {
                point = index;
            }
            else
            {
                return false;
            }
        }

        var fraction = point < 0 ? 0 : text.Length - point - 1;
        if (digits > MantissaDigits || fraction >= PowersOfTen.Length)
        {
            return false;
        }

        var quotient = mantissa / PowersOfTen[fraction];
        var discarded = BitConverter.DoubleToUInt64Bits(quotient) & DiscardedBits;
        if (discarded - (Middle - Uncertainty) <= 2 * Uncertainty)
        {
            return false;
        }

        value = (float)(negative ? -quotient : quotient);
        return true;
    }
}
