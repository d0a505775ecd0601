using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Hybrid.Peers;

/// <summary>Loads libtorch where the system's C++ library is older than the one that TorchSharp was built with.</summary>
/// <remarks>It wants one symbol of GLIBCXX_3.4.32, which initializes the standard streams and is empty in effect where they are
/// initialized anyway. On Debian 12 that need is marked as weak in the copy beside this program, and an empty function takes the
/// symbol's place.</remarks>
static partial class LibTorch
{
    const string Symbol = "_ZSt21ios_base_library_initv", Version = "GLIBCXX_3.4.32";
    const int LoadNow = 2, LoadForAll = 0x100, VersionNeeds = 0x6ffffffe, Weak = 2;

    public static void Load()
    {
        var folder = AppContext.BaseDirectory;
        var library = Path.Combine(folder, "libLibTorchSharp.so");

        if (NativeLibrary.TryLoad(library, out _))
            return;

        var shim = Path.Combine(folder, "libstreams.so");
        var source = Path.ChangeExtension(shim, "c");
        File.WriteAllText(source, $"void {Symbol}(void) {{}}\n");
        using (var compiler = Process.Start("gcc", ["-shared", "-fPIC", "-o", shim, source]))
            compiler.WaitForExit();

        if (Open(shim, LoadNow | LoadForAll) == 0)
            throw new DllNotFoundException($"{shim}: is gcc installed?");

        var bytes = File.ReadAllBytes(library);
        MakeWeak(bytes);
        // beside and renamed: the file may be in use
        File.WriteAllBytes(library + ".new", bytes);
        File.Move(library + ".new", library, overwrite: true);
        NativeLibrary.Load(library);
    }

    [LibraryImport("libc.so.6", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    /// <summary>Marks the version in a 64-bit ELF file's table of needed versions.</summary>
    static void MakeWeak(Span<byte> file)
    {
        int Word(Span<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
        int Half(Span<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
        var (headers, size, count) = (Word(file, 0x28), Half(file, 0x3a), Half(file, 0x3c));

        for (var i = 0; i < count; i++)
        {
            var header = file[(headers + i * size)..];

            if (Word(header, 4) != VersionNeeds)
                continue;

            var names = Word(file, headers + Word(header, 0x28) * size + 0x18);

            for (int need = Word(header, 0x18), next = 1; next != 0; need += next)
            {
                next = Word(file, need + 12);

                for (int version = need + Word(file, need + 8), following = 1; following != 0; version += following)
                {
                    following = Word(file, version + 12);

                    if (file[(names + Word(file, version + 8))..].StartsWith(Encoding.ASCII.GetBytes(Version + "\0")))
                        BinaryPrimitives.WriteUInt16LittleEndian(file[(version + 4)..], Weak);
                }
            }
        }
    }
}
