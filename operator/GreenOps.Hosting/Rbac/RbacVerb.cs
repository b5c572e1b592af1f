namespace GreenOps.Hosting;

/// <summary>What may be done to objects. There is no member for all of it: a right is named or not given.</summary>
[Flags]
public enum RbacVerb
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Reading one object.</summary>
    Get = 1 << 0,

    /// <summary>Reading all objects.</summary>
    List = 1 << 1,

    /// <summary>Following their changes.</summary>
    Watch = 1 << 2,

    /// <summary>Making one; server-side apply needs it for an object that is not there yet, beside <see cref="Patch"/>.</summary>
    Create = 1 << 3,

    /// <summary>Replacing one.</summary>
    Update = 1 << 4,

    /// <summary>Patching one; server-side apply is a patch.</summary>
    Patch = 1 << 5,

    /// <summary>Deleting one.</summary>
    Delete = 1 << 6,
}
