using System.ComponentModel;
using System.Runtime.InteropServices;

namespace GreenOps.Benchmarks.Serving.Load;

/// <summary>
/// The system calls of a load generator that shares the cores with what it measures: a socket's turn costs one send
/// and one receive, and nothing is allocated or handed to another thread.
/// </summary>
internal static unsafe partial class Epoll
{
    private const int Add = 1;
    private const uint Readable = 1;
    private const int TryAgain = 11;
    private const int Interrupted = 4;

    /// <summary>Makes a set of sockets to wait for.</summary>
    public static int Create() => Require(epoll_create1(0));

    /// <summary>Adds a socket; <paramref name="tag"/> comes back when it can be read.</summary>
    public static void Watch(int set, int socket, int tag)
    {
        var registration = new Event { Events = Readable, Tag = tag };
        Require(epoll_ctl(set, Add, socket, &registration));
    }

    /// <summary>Waits until a socket can be read.</summary>
    /// <param name="set">The sockets.</param>
    /// <param name="tags">Filled with those that can be read.</param>
    /// <param name="atMost">How long to wait.</param>
    /// <returns>How many.</returns>
    public static int Wait(int set, Span<Event> tags, TimeSpan atMost)
    {
        var time = new Time { Seconds = Math.Max(0, (long)atMost.TotalSeconds), Nanoseconds = Math.Max(0, atMost.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick) };
        fixed (Event* first = tags)
        {
            var ready = epoll_pwait2(set, first, tags.Length, &time, null);
            return ready < 0 && Marshal.GetLastSystemError() == Interrupted ? 0 : Require(ready);
        }
    }

    /// <summary>Sends all bytes; they fit into the socket's buffer.</summary>
    public static void Send(int socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            fixed (byte* first = bytes)
            {
                var sent = (int)send(socket, first, (nuint)bytes.Length, 0);
                if (sent < 0 && Marshal.GetLastSystemError() == TryAgain)
                {
                    continue;
                }

                bytes = bytes[Require(sent)..];
            }
        }
    }

    /// <summary>Receives what is there; 0 when the other side has closed.</summary>
    public static int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            return Require((int)recv(socket, first, (nuint)buffer.Length, 0));
        }
    }

    /// <summary>Closes a set.</summary>
    public static void Close(int set) => Require(close(set));

    private static int Require(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastSystemError());

    [LibraryImport("libc")]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    private static partial int epoll_ctl(int set, int operation, int descriptor, Event* registration);

    [LibraryImport("libc")]
    private static partial int epoll_pwait2(int set, Event* events, int maximum, Time* timeout, void* mask);

    [LibraryImport("libc")]
    private static partial nint send(int socket, byte* bytes, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial nint recv(int socket, byte* bytes, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    /// <summary>A socket that can be read; packed as on x64.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    internal struct Event
    {
        public uint Events;
        public int Tag;
        public int Unused;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
