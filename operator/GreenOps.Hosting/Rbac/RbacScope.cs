namespace GreenOps.Hosting;

/// <summary>Where a right is needed.</summary>
public enum RbacScope
{
    /// <summary>Where <see cref="HostingOptions.Namespace"/> says: in that one namespace, or in all of them.</summary>
    Watched,

    /// <summary>In the cluster, whichever namespace is watched: for kinds that live in none.</summary>
    Cluster,

    /// <summary>In the namespace <c>default</c>, where events about objects of no namespace go.</summary>
    Default,

    /// <summary>In the namespace that the process runs in.</summary>
    Own,

    /// <summary>To the objects that whoever installs names one by one, wherever they are.</summary>
    Named,
}
