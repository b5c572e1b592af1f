using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a 64-bit little-endian ELF library and sets VER_FLG_WEAK in the copy on one needed symbol version, where the
/// system's libstdc++ does not provide that version. Layout as in the System V gABI and the Linux Standard Base (symbol
/// versioning). The copy is a file of its own, never a link, so the package cache stays as it is.
/// </summary>
public class MarkSymbolVersionWeak : Task
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort Weak = 2;

    private static readonly string[] SystemLibraries =
    {
        "/usr/lib/x86_64-linux-gnu/libstdc++.so.6", "/lib/x86_64-linux-gnu/libstdc++.so.6", "/usr/lib64/libstdc++.so.6", "/usr/lib/libstdc++.so.6",
    };

    public string Source { get; set; }

    public string Destination { get; set; }

    public string SymbolVersion { get; set; }

    public override bool Execute()
    {
        var elf = File.ReadAllBytes(Source);
        var flags = SystemProvides() ? -1 : FindFlags(elf);
        if (flags >= 0)
        {
            elf[flags] |= (byte)Weak;
            Log.LogMessage(MessageImportance.Normal, "{0}: {1} marked weak, because the system's libstdc++ does not have it", Destination, SymbolVersion);
        }

        File.Delete(Destination);
        File.WriteAllBytes(Destination, elf);
        return true;
    }

    private bool SystemProvides()
    {
        var system = SystemLibraries.FirstOrDefault(File.Exists);
        return system != null && Encoding.GetEncoding("iso-8859-1").GetString(File.ReadAllBytes(system)).Contains(SymbolVersion + "\0");
    }

    /// <summary>Offset of vna_flags of the version's Vernaux entry; -1 when the library does not need the version.</summary>
    private int FindFlags(byte[] elf)
    {
        var sections = (int)BitConverter.ToInt64(elf, 0x28);
        var size = BitConverter.ToUInt16(elf, 0x3a);
        var count = BitConverter.ToUInt16(elf, 0x3c);
        for (var i = 0; i < count; i++)
        {
            var section = sections + (i * size);
            if (BitConverter.ToUInt32(elf, section + 4) != SectionTypeVersionNeeds)
            {
                continue;
            }

            var strings = sections + ((int)BitConverter.ToUInt32(elf, section + 0x28) * size);
            return Walk(elf, (int)BitConverter.ToInt64(elf, section + 0x18), (int)BitConverter.ToInt64(elf, strings + 0x18));
        }

        return -1;
    }

    private int Walk(byte[] elf, int need, int strings)
    {
        while (true)
        {
            var aux = need + (int)BitConverter.ToUInt32(elf, need + 8);
            for (var left = BitConverter.ToUInt16(elf, need + 2); left > 0; left--)
            {
                if (Text(elf, strings + (int)BitConverter.ToUInt32(elf, aux + 8)) == SymbolVersion)
                {
                    return aux + 4;
                }

                aux += (int)BitConverter.ToUInt32(elf, aux + 12);
            }

            var next = (int)BitConverter.ToUInt32(elf, need + 12);
            if (next == 0)
            {
                return -1;
            }

            need += next;
        }
    }

    private static string Text(byte[] elf, int offset)
    {
        var end = Array.IndexOf(elf, (byte)0, offset);
        return Encoding.ASCII.GetString(elf, offset, end - offset);
    }
}
