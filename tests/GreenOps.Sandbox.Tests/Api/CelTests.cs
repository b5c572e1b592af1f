using System.Text.Json.Nodes;

using FsCheck.Xunit;

using GreenOps.Sandbox.Api.Cel;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

public sealed class CelTests
{
    private static readonly CelScope Scope = CelScope.Empty.With("self", CelValue.FromJson(JsonNode.Parse("""
        {"a":1,"b":2.5,"s":"abc","t":true,"n":null,"list":[1,2,3],"items":[{"n":"x","v":1},{"n":"y","v":2}],"map":{"k":"v"},"dash-ed":7,"in":8,"dec":"0.25"}
        """)));

    [Theory]
    [InlineData("1 + 2 * 3 == 7")]
    [InlineData("(1 + 2) * 3 == 9")]
    [InlineData("7 / 2 == 3 && 7 % 2 == 1 && 7.0 / 2.0 == 3.5")]
    [InlineData("self.__in__ % 3 == 2 && self.__in__ / 3 == 2")]
    [InlineData("-self.a == -1 && - 2.5 == -self.b")]
    [InlineData("1 - 2 - 3 == -4")]
    [InlineData("0x1F == 31 && 1e3 == 1000.0 && 5u == 5")]
    [InlineData("'a' + \"b\" == 'ab' && 'it\\'s' == \"it's\" && r'\\d' == '\\\\d' && '\\u00e9' == 'é'")]
    [InlineData("\"\"\"two\nlines\"\"\".size() == 9")]
    [InlineData("self.a < 2 && self.a <= 1 && self.b > 2 && self.b >= 2.5 && 'a' < 'b'")]
    [InlineData("self.t ? true : false")]
    [InlineData("false ? false : true ? true : false")]
    [InlineData("2 in self.list && !(4 in self.list) && 'k' in self.map")]
    [InlineData("self.list[0] == 1 && self.map['k'] == 'v' && self.map.k == 'v'")]
    [InlineData("has(self.a) && !has(self.zz) && has(self.map.k)")]
    [InlineData("size(self.list) == 3 && self.s.size() == 3 && size(self.map) == 1")]
    [InlineData("self.s.startsWith('a') && self.s.endsWith('c') && self.s.contains('b') && self.s.matches('^[a-c]+$')")]
    [InlineData("self.list.all(x, x > 0) && self.list.exists(x, x == 2) && self.list.exists_one(x, x > 2)")]
    [InlineData("self.list.filter(x, x > 1) == [2, 3] && self.list.map(x, x * 2) == [2, 4, 6] && self.list.map(x, x > 1, x * 2) == [4, 6]")]
    [InlineData("self.items.all(i, i.v > 0 && self.items.exists(j, j.n == i.n))")]
    [InlineData("self.map.all(k, self.map[k] == 'v')")]
    [InlineData("string(1) == '1' && int('3') == 3 && int(2.9) == 2 && double(self.dec) == 0.25 && string(true) == 'true'")]
    [InlineData("self.n == null && [1, 2] + [3] == [1, 2, 3] && {'a': 1}.a == 1")]
    [InlineData("self.__dash__ed == 1 || self.dash__dash__ed == 7 && self.__in__ == 8")]
    [InlineData("'A,b'.lowerAscii() == 'a,b' && 'a,b'.split(',') == ['a', 'b'] && ' x '.trim() == 'x' && 'aXa'.replace('X', 'b') == 'aba' && 'abc'.substring(1, 2) == 'b'")]
    [InlineData("self.list.sum() == 6 && self.list.min() == 1 && self.list.max() == 3 && self.list.isSorted() && self.list.indexOf(2) == 1 && ['a', 'b'].join('-') == 'a-b'")]
    [InlineData("quantity('500m').compareTo(quantity('0.5')) == 0 && quantity('1Gi').isGreaterThan(quantity('1G')) && isQuantity('2k') && !isQuantity('two')")]
    [InlineData("timestamp('2026-06-01T12:00:00Z') + duration('1h30m') == timestamp('2026-06-01T13:30:00Z')")]
    [InlineData("true || self.zz > 1")]
    [InlineData("self.zz > 1 || true")]
    [InlineData("!(false && self.zz) && !(self.zz && false)")]
    [InlineData("self.items.exists(i, i.zz == 1 || i.v == 2)")]
    [InlineData("// a comment\n self.a == 1")]
    public void Holds(string expression) => Assert.Equal(true, CelProgram.Compile(expression).Evaluate(Scope));

    [Theory]
    [InlineData("self.zz", "no such key: zz")]
    [InlineData("self.list[9]", "index out of bounds: 9")]
    [InlineData("1 / 0 == 1", "division by zero")]
    [InlineData("9223372036854775807 + 1 == 0", "integer overflow")]
    [InlineData("self.s + 1 == ''", "no such overload")]
    [InlineData("double(self.s) > 1.0", "type conversion error from 'string' to 'double'")]
    [InlineData("self.s && true", "no such overload")]
    [InlineData("other == 1", "undeclared reference to 'other' (in container '')")]
    public void Fails(string expression, string message) =>
        Assert.Equal(message, Assert.Throws<CelException>(() => CelProgram.Compile(expression).Evaluate(Scope)).Message);

    [Theory]
    [InlineData("self.a ==", "ERROR: <input>:1:10: Syntax error: unexpected '<EOF>'")]
    [InlineData("self.a # 1", "ERROR: <input>:1:8: Syntax error: token recognition error at: '#'")]
    [InlineData("(1", "ERROR: <input>:1:3: Syntax error: unexpected '<EOF>'")]
    [InlineData("1 2", "ERROR: <input>:1:3: Syntax error: unexpected '2'")]
    [InlineData("nothing(1)", "ERROR: <input>:1:11: undeclared reference to 'nothing' (in container '')")]
    [InlineData("has(self)", "ERROR: <input>:1:10: invalid argument to has() macro")]
    public void Is_refused(string expression, string message) =>
        Assert.Equal(message, Assert.Throws<CelException>(() => CelProgram.Compile(expression)).Message);

    [Fact]
    public void Knows_which_variables_it_mentions()
    {
        Assert.True(CelProgram.Compile("self.list.all(x, x in oldSelf.list)").Mentions("oldSelf"));
        Assert.False(CelProgram.Compile("self.oldSelf == 'oldSelf'").Mentions("oldSelf"));
    }

    [Property]
    public bool Any_text_is_read_or_refused_with_a_position(string? text)
    {
        try
        {
            CelProgram.Compile(text ?? "");
            return true;
        }
        catch (CelException error)
        {
            return error.Message.StartsWith("ERROR: <input>:1:", StringComparison.Ordinal);
        }
    }

    [Property]
    public bool Integers_follow_arithmetic(int a, int b, int c) =>
        CelProgram.Compile($"({a}) + ({b}) * ({c}) == {(a + ((long)b * c))}").Evaluate(CelScope.Empty) is true;
}
