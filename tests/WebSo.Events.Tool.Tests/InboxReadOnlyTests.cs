using System.Diagnostics;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>Commands that only read change nothing, and need no right to write.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class InboxReadOnlyTests : IAsyncLifetime
{
    // A group without a right of its own, and the user who is nobody: the tests run as root.
    private const int Nobody = 65534;

    private readonly TempFolder _folder = new();
    private readonly Guid _dead = Guid.NewGuid();

    private string Database => _folder.File();

    private string Backup => Path.Combine(_folder.Path, "backup", "events.db");

    // Where nobody may write, too.
    private string Copy => Path.Combine(Path.GetTempPath(), $"{_dead}.db");

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    // One dead letter of document 7, one event of document 8 that a killed process was handling.
    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such users");
        Directory.CreateDirectory(Path.GetDirectoryName(Backup)!);
        await using var engine = await StoredEvents.OpenAsync(Database);
        await StoredEvents.AppendAsync(engine, _dead, "7");
        await StoredEvents.MoveToDeadLetterAsync(engine, "no archive");
        await StoredEvents.AppendAsync(engine, Guid.NewGuid(), "8");
        await engine.ClaimAsync("", 1, Canceled);
        await engine.BackupAsync(Backup, cancellationToken: Canceled);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        File.Delete(Copy);
        return ValueTask.CompletedTask;
    }

    public static TheoryData<string> Commands =>
    [
        "stats", "list", "show {0}", "replay --id {0} --dry-run", "discard --id {0} --dry-run", "erase --document-id 7 --dry-run", "backup --to {1}",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task OfABackup_ChangesNoByte_AndLeavesNoFileBesideIt(string command)
    {
        var before = await File.ReadAllBytesAsync(Backup, Canceled);
        File.SetUnixFileMode(Backup, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var mode = File.GetUnixFileMode(Backup);

        var (exitCode, output, error) = await ToolProcess.RunAsync(Arguments(command, Backup));

        error.Should().BeEmpty();
        exitCode.Should().Be(0, output);
        (await File.ReadAllBytesAsync(Backup, Canceled)).Should().Equal(before);
        File.GetUnixFileMode(Backup).Should().Be(mode);
        Directory.GetFileSystemEntries(Path.GetDirectoryName(Backup)!).Should().Equal(Backup);
    }

    // What protects a restored backup is in its header until an inbox opens it.
    [Fact]
    public async Task OfABackup_ItsProtectionStays()
    {
        await ToolProcess.RunAsync(Arguments("stats", Backup));
        await File.WriteAllBytesAsync(Backup + "-wal", new byte[64], Canceled);

        var (looked, _, error) = await ToolProcess.RunAsync(Arguments("stats", Backup));
        var open = () => StoredEvents.OpenAsync(Backup);

        looked.Should().Be(2);
        error.Should().Contain("is a restored backup");
        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*is a restored backup*");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Read_StoppedInbox_NeedsNoRightToWrite(string command)
    {
        GiveToNobody(Database, Backup);

        var (exitCode, output, error) = await RunAsNobodyAsync(Arguments(command, Database));

        error.Should().BeEmpty();
        exitCode.Should().Be(0, output);
        output.Should().NotBeEmpty();
        Directory.GetFiles(_folder.Path, "events.db*").Should().Equal(Database);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BesideARunningInbox_ShowsWhatItHasCommitted(bool isNobody)
    {
        GiveToNobody(Database, Backup);
        await using var engine = await StoredEvents.OpenAsync(Database);
        await StoredEvents.AppendAsync(engine, Guid.NewGuid(), "9");
        await StoredEvents.AppendAsync(engine, Guid.NewGuid(), "9");

        var (exitCode, output, error) = await (isNobody
            ? RunAsNobodyAsync(Arguments("stats --json", Database))
            : ToolProcess.RunAsync(Arguments("stats --json", Database)));

        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        JsonElement.Parse(output).GetProperty("counts").GetProperty("Pending").GetInt64().Should().Be(3);
        await StoredEvents.AppendAsync(engine, Guid.NewGuid(), "9");
    }

    // Without a log there are no locks: what is read may be wrong if an application starts meanwhile.
    [Fact]
    public async Task InboxThatStartsDuringARead_IsReadAgain_WithLocks()
    {
        await using var looking = SqliteInbox.CreateEngine(
            Database, new WebSoSqliteOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, createSchema: false);
        await looking.OpenToReadAsync(Canceled);
        InboxEngine? application = null;
        try
        {
            var reads = 0;
            var sequence = await looking.Reader.ReadAsync(
                (session, _) =>
                {
                    if (++reads == 1)
                    {
                        application = StoredEvents.OpenAsync(Database).GetAwaiter().GetResult();
                        StoredEvents.AppendAsync(application, Guid.NewGuid(), "9").GetAwaiter().GetResult();
                    }

                    return session.ReadNumber("SELECT count(*) FROM webso_deliveries");
                },
                Canceled);

            (reads, sequence).Should().Be((2, 3));
        }
        finally
        {
            await application!.DisposeAsync();
        }
    }

    [Fact]
    public async Task File_NotReadable_IsReported()
    {
        GiveToNobody(Database, Backup);
        File.SetUnixFileMode(Database, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var (exitCode, _, error) = await RunAsNobodyAsync(Arguments("stats", Database));

        exitCode.Should().Be(2);
        error.Should().Contain("can't be read").And.Contain("must be allowed to read the file");
    }

    [Fact]
    public async Task ForeignDatabase_IsRefused_AndKept()
    {
        var path = Path.Combine(_folder.Path, "other.db");
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var create = new Microsoft.Data.Sqlite.SqliteCommand("CREATE TABLE mine(id)", connection);
            create.ExecuteNonQuery();
        }

        await File.WriteAllTextAsync(path + ".txt", "no database at all, whatever its name says", Canceled);

        var (foreign, _, foreignError) = await ToolProcess.RunAsync(Arguments("stats", path));
        var (text, _, textError) = await ToolProcess.RunAsync(Arguments("stats", path + ".txt"));

        (foreign, text).Should().Be((2, 2));
        foreignError.Should().Contain("is a SQLite database of another program");
        textError.Should().Contain("is no SQLite database");
    }

    // The first process of a stopped inbox ends what a killed one was handling; looking does not.
    [Fact]
    public async Task Read_StoppedInbox_KeepsLeases()
    {
        var (_, output, _) = await ToolProcess.RunAsync(Arguments("list --document-id 8", Database));

        output.Should().Contain("Handling");
    }

    private string[] Arguments(string command, string file) =>
        ["inbox", .. command.Split(' ').Select(argument => argument.Replace("{0}", $"{_dead}", StringComparison.Ordinal).Replace("{1}", Copy, StringComparison.Ordinal)), "--sqlite", file];

    // To read, by the group; nothing more.
    private void GiveToNobody(params string[] files)
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/setpriv"), "needs root, and setpriv of util-linux");
        foreach (var file in files)
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        using var change = Process.Start("chgrp", ["-R", $"{Nobody}", _folder.Path]);
        change.WaitForExit();
        change.ExitCode.Should().Be(0);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsNobodyAsync(string[] arguments)
    {
        using var tool = ToolProcess.StartAs(Nobody, arguments);
        return await tool.ReadToEndAsync();
    }
}
