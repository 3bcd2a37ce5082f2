using System.Runtime.InteropServices;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// Simulates a file system without shared memory, such as a network share, with SQLite's dot-file VFS. The VFS applies to the whole process,
// so no other test runs at the same time.
[CollectionDefinition(nameof(NoSharedMemoryTests), DisableParallelization = true)]
[Collection(nameof(NoSharedMemoryTests))]
public sealed class NoSharedMemoryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_FileSystemWithoutSharedMemory_FailsWithAdvice()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("SQLite has no such layer on Windows.");
            return;
        }

        var usual = Find(null);
        await using var engine = SqliteInbox.CreateEngine(_folder.File(), new WebSoSqliteOptions(), TimeProvider.System, NullLogger.Instance);
        var open = async () => await engine.OpenAsync(Token);

        Register(Find("unix-dotfile\0"u8.ToArray()), makeDefault: 1).Should().Be(0);
        try
        {
            (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*write-ahead log*local disk*UsePostgreSqlInbox*");
        }
        finally
        {
            Register(usual, makeDefault: 1).Should().Be(0);
        }

        await engine.OpenAsync(Token);
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern nint Find(byte[]? name);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int Register(nint vfs, int makeDefault);
}
