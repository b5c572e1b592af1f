using Google.Protobuf.Collections;
using GreenOps.Server.Protocol;
using GreenOps.Server.Rpc.Messages;

namespace GreenOps.Server.Rpc;

/// <summary>Parameters of a message: a value each, of the kind that its field says.</summary>
/// <param name="parameters">The message's map.</param>
/// <param name="place">What to call it in a sentence.</param>
internal readonly struct RpcParameters(MapField<string, InferParameter> parameters, string place)
{
    /// <summary>A string; null when it is not there.</summary>
    /// <exception cref="ProtocolException">400: it is something else.</exception>
    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ParameterChoiceCase: InferParameter.ParameterChoiceOneofCase.StringParam } found => found.StringParam,
        _ => throw Wrong(name, "a string_param"),
    };

    /// <summary>A boolean; null when it is not there.</summary>
    /// <exception cref="ProtocolException">400: it is something else.</exception>
    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ParameterChoiceCase: InferParameter.ParameterChoiceOneofCase.BoolParam } found => found.BoolParam,
        _ => throw Wrong(name, "a bool_param"),
    };

    /// <summary>A whole number within a range; null when it is not there.</summary>
    /// <exception cref="ProtocolException">400: it is something else, or out of range.</exception>
    public long? Number(string name, long least, long most)
    {
        long? number = Find(name) switch
        {
            null => null,
            { ParameterChoiceCase: InferParameter.ParameterChoiceOneofCase.Int64Param } found => found.Int64Param,
            { ParameterChoiceCase: InferParameter.ParameterChoiceOneofCase.Uint64Param, Uint64Param: <= long.MaxValue } found => (long)found.Uint64Param,
            _ => throw Wrong(name, "an int64_param"),
        };
        return number is null || (number >= least && number <= most) ? number : throw Wrong(name, $"a number from {least} to {most}");
    }

    private InferParameter? Find(string name) => parameters.TryGetValue(name, out var found) ? found : null;

    private ProtocolException Wrong(string name, string expected) => ProtocolException.BadRequest($"{place}.{name} must be {expected}.");
}
