using System.Runtime.InteropServices;

namespace GreenOps.Artifacts;

/// <summary>
/// Forces a folder's entries to disk, so that a file created in it or renamed into it is still there after a power cut.
/// .NET has no call for it. A file system that cannot do it (some network ones) is left to its own guarantees.
/// </summary>
internal static partial class DirectorySync
{
    // O_RDONLY | O_DIRECTORY | O_CLOEXEC, as Linux numbers them on x86-64.
    private const int ReadOnlyDirectory = 0x10000 | 0x80000;

    /// <summary>Forces the entries of a folder to disk.</summary>
    public static void Flush(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = Open(path, ReadOnlyDirectory);
        if (descriptor >= 0)
        {
            _ = Synchronize(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
