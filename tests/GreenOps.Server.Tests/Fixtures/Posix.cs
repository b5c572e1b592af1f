using System.ComponentModel;
using System.Runtime.InteropServices;

namespace GreenOps.Server.Tests.Fixtures;

/// <summary>System calls that the framework has no method for.</summary>
internal static partial class Posix
{
    private const int Terminate = 15;

    /// <summary>Renames over what is there, in one step, without following links.</summary>
    public static void Rename(string from, string to) => Require(RenameCall(from, to));

    /// <summary>Sends SIGTERM.</summary>
    public static void SendTermination(int process) => Require(KillCall(process, Terminate));

    private static void Require(int result)
    {
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameCall(string from, string to);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCall(int process, int signal);
}
