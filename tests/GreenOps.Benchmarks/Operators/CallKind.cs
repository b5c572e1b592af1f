namespace GreenOps.Benchmarks.Operators;

/// <summary>What a call wants of the API server.</summary>
internal enum CallKind
{
    /// <summary>One object, a list, discovery.</summary>
    Read,

    /// <summary>A stream of changes.</summary>
    Watch,

    /// <summary>A change of an object.</summary>
    Write,

    /// <summary>A change of a Lease.</summary>
    LeaseWrite,
}

/// <summary>Tells calls apart.</summary>
internal static class CallKinds
{
    public static CallKind Of(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method))
            return request.Query["watch"].ToString() is "true" or "1" ? CallKind.Watch : CallKind.Read;
        return request.Path.StartsWithSegments("/apis/coordination.k8s.io") ? CallKind.LeaseWrite : CallKind.Write;
    }
}
