using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace WebSo.Events.Inbox.Tests;

/// <summary>A dialect that counts reads and writes, and fails on request.</summary>
internal sealed class FaultyDialect(string path) : DelegatingDialect(new SqliteDialect(new SqliteFile(path, allowUnsafeFileSystem: false)))
{
    private int _reads;

    public string? Shortage { get; set; }

    public int Reads => Volatile.Read(ref _reads);

    // Called before each read.
    public Action? OnRead { get; set; }

    public Exception? WriteFailure { get; set; }

    public override string? FindShortage() => Shortage;

    // Called before a connection is reused; returning true prevents that.
    public override bool IsStale(DbConnection connection) => connection is SqliteConnection { ConnectionString: var text } && text.Contains("ReadOnly", StringComparison.Ordinal);

    public override DbConnection OpenReader()
    {
        Interlocked.Increment(ref _reads);
        OnRead?.Invoke();
        return base.OpenReader();
    }

    public override FailureKind Classify(Exception failure) => failure is WebSoInboxStoreException ? FailureKind.Operation : base.Classify(failure);

    public override void AfterCommit(DbConnection connection)
    {
        if (WriteFailure is { } failure)
            throw failure;
        base.AfterCommit(connection);
    }
}
