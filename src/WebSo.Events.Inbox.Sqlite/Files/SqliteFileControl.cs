using System.Runtime.InteropServices;
using SQLitePCL;

namespace WebSo.Events.Inbox.Sqlite.Files;

// Calls sqlite3_file_control, which SQLitePCLRaw does not wrap.
internal static class SqliteFileControl
{
    private const int HasMovedCode = 20; // SQLITE_FCNTL_HAS_MOVED

    private static readonly byte[] s_main = [(byte)'m', (byte)'a', (byte)'i', (byte)'n', 0];

    // Returns whether the open file is no longer at its path. Always false on Windows, where an open file can't be replaced.
    public static bool HasMoved(sqlite3 database)
    {
        var moved = 0;
        return FileControl(database.DangerousGetHandle(), s_main, HasMovedCode, ref moved) == raw.SQLITE_OK && moved != 0;
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int FileControl(IntPtr database, byte[] name, int operation, ref int argument);
}
