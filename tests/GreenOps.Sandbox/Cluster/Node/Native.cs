using System.ComponentModel;
using System.Runtime.InteropServices;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>The two system calls that the framework does not offer.</summary>
internal static partial class Native
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends a signal to a process, or to a process group when <paramref name="process"/> is negative; one that is gone is no error.</summary>
    public static void Signal(int process, int signal)
    {
        const int noSuchProcess = 3;
        if (SendSignal(process, signal) != 0 && Marshal.GetLastPInvokeError() is not noSuchProcess and var error)
            throw new Win32Exception(error);
    }

    /// <summary>Renames over whatever the target is, also a symbolic link to a folder, in one step.</summary>
    public static void Rename(string from, string to)
    {
        if (RenamePath(from, to) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{from} cannot be renamed to {to}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenamePath(string from, string to);
}
