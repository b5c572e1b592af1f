using System.Globalization;
using GreenOps.Api.Schema;

namespace GreenOps.CrdGen.Schemas;

/// <summary>Decimal numbers written as strings: the Kubernetes API conventions keep floating point out of specs.</summary>
internal static class DecimalText
{
    /// <summary>Longest text that <see cref="Pattern"/> admits.</summary>
    public const int MaxLength = 19;

    /// <summary>Digits, and after a point more digits. No sign and no exponent, so that every reader agrees on the value.</summary>
    public const string Pattern = @"^[0-9]{1,6}(\.[0-9]{1,12})?$";

    /// <summary>The rule that holds a number's bounds, with a sentence that names them.</summary>
    public static RuleAttribute Rule(DecimalStringAttribute bounds) => new(
        $"self.matches(r'{Pattern}') && double(self) {(bounds.ExclusiveMinimum ? ">" : ">=")} {Literal(bounds.Minimum)} && double(self) {(bounds.ExclusiveMaximum ? "<" : "<=")} {Literal(bounds.Maximum)}",
        $"must be a decimal number {(bounds.ExclusiveMinimum ? "greater than" : "at least")} {Plain(bounds.Minimum)} and {(bounds.ExclusiveMaximum ? "less than" : "at most")} {Plain(bounds.Maximum)}, written as a string such as '0.5'");

    private static string Literal(double bound) => bound.ToString("0.0###########", CultureInfo.InvariantCulture);

    private static string Plain(double bound) => bound.ToString("0.############", CultureInfo.InvariantCulture);
}
