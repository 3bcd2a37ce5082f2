using System.Diagnostics;
using System.Text.Json;
using FluentAssertions;
using WebSo.Events.Inbox.Sqlite;
using Xunit;

namespace WebSo.Events;

/// <summary>Commands that only read change nothing, and need no permission to write.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class InboxReadOnlyTests : IAsyncLifetime
{
    // The user nobody with a group that has no other permissions, because the tests run as root.
    private const int Nobody = 65534;

    private readonly TempFolder _folder = new();
    private readonly Guid _dead = Guid.NewGuid();

    private string Database => _folder.File();

    private string Backup => Path.Combine(_folder.Path, "backup", "events.db");

    // Also if nobody has permission to write.
    private string Copy => Path.Combine(Path.GetTempPath(), $"{_dead}.db");

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    // Creates a dead letter of document 7, and an event of document 8 that a killed process was handling.
    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The test needs Unix users and groups.");
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
    public async Task ReadCommands_OfBackup_ChangeNothing(string command)
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

    // The header of a restored backup protects it until an inbox opens it.
    [Fact]
    public async Task ReadCommands_OfBackup_KeepItsProtection()
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
    public async Task ReadCommands_StoppedInbox_NeedNoPermissionToWrite(string command)
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
    public async Task ReadCommands_RunningInbox_ShowCommittedDeliveries(bool isNobody)
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

    // A file without a log is read without locks, so the result is wrong if an application starts in the meantime.
    [Fact]
    public async Task Read_InboxStartsMeanwhile_ReadsAgainWithLocks()
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
    public async Task ReadCommands_UnreadableFile_Fail()
    {
        GiveToNobody(Database, Backup);
        File.SetUnixFileMode(Database, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var (exitCode, _, error) = await RunAsNobodyAsync(Arguments("stats", Database));

        exitCode.Should().Be(2);
        error.Should().Contain("can't be read").And.Contain("Allow this process to read the file");
    }

    [Fact]
    public async Task ReadCommands_DatabaseOfAnotherProgram_FailAndChangeNothing()
    {
        var path = Path.Combine(_folder.Path, "other.db");
        TestFile.Execute(path, "CREATE TABLE mine(id)");
        await File.WriteAllTextAsync(path + ".txt", "This is not a database.", Canceled);

        var (foreign, _, foreignError) = await ToolProcess.RunAsync(Arguments("stats", path));
        var (text, _, textError) = await ToolProcess.RunAsync(Arguments("stats", path + ".txt"));

        (foreign, text).Should().Be((2, 2));
        foreignError.Should().Contain("is a SQLite database of another program");
        textError.Should().Contain("is not a SQLite database");
    }

    // The first process of a stopped inbox ends leases of a killed process. Reading must not end them.
    [Fact]
    public async Task Read_StoppedInbox_KeepsLeases()
    {
        var (_, output, _) = await ToolProcess.RunAsync(Arguments("list --document-id 8", Database));

        output.Should().Contain("Handling");
    }

    private string[] Arguments(string command, string file) =>
        ["inbox", .. command.Split(' ').Select(argument => argument.Replace("{0}", $"{_dead}", StringComparison.Ordinal).Replace("{1}", Copy, StringComparison.Ordinal)), "--sqlite", file];

    // Permission to read for the group only.
    private void GiveToNobody(params string[] files)
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/setpriv"), "The test needs root, and setpriv of the package util-linux.");
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
