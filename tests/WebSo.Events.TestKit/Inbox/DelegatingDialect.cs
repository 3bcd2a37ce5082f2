using System.Data.Common;

namespace WebSo.Events.TestKit;

/// <summary>A dialect that delegates to another one, so that tests can intercept calls.</summary>
internal abstract class DelegatingDialect(InboxDialect inner) : InboxDialect
{
    protected InboxDialect Inner => inner;

    public override string Name => inner.Name;

    public override bool TakesRowSets => inner.TakesRowSets;

    public override string ForUpdate => inner.ForUpdate;

    public override string SkipLocked => inner.SkipLocked;

    public override string Now => inner.Now;

    public override string Minute => inner.Minute;

    public override string CountTables => inner.CountTables;

    public override IReadOnlyList<string> ExtraSchema => inner.ExtraSchema;

    public override IReadOnlyList<string> BeforeSchema => inner.BeforeSchema;

    public override string SchemaAdvice => inner.SchemaAdvice;

    public override int MaxReaders => inner.MaxReaders;

    public override string TableOptions(bool isClustered) => inner.TableOptions(isClustered);

    public override string TypeOf(SqlType type) => inner.TypeOf(type);

    public override string Rows(IReadOnlyList<SqlColumn> columns) => inner.Rows(columns);

    public override string Translate(string sql) => inner.Translate(sql);

    public override DbConnection OpenWriter(bool canCreate) => inner.OpenWriter(canCreate);

    public override DbConnection OpenReader() => inner.OpenReader();

    public override string? FindShortage() => inner.FindShortage();

    public override DbConnection? OpenAlone() => inner.OpenAlone();

    public override SqlSession CreateSession(DbConnection connection) => new DelegatingSession(this, inner.CreateSession(connection));

    // Creates write sessions that tests can intercept.
    public virtual void BeforeTransaction()
    {
    }

    public virtual void BeforeCommit()
    {
    }

    public override bool IsAwaited(Exception failure, TimeSpan waited) => inner.IsAwaited(failure, waited);

    public override void Notify(string endpoint) => inner.Notify(endpoint);

    public override FailureKind Classify(Exception failure) => inner.Classify(failure);

    public override bool IsDamage(Exception failure) => inner.IsDamage(failure);

    public override bool MayHaveCommitted(Exception failure) => inner.MayHaveCommitted(failure);

    public override string Describe(Exception failure) => inner.Describe(failure);

    public override void AfterCommit(DbConnection connection) => inner.AfterCommit(connection);

    public override void EnsureReadable() => inner.EnsureReadable();

    public override bool HasMissedWrites(DbConnection connection) => inner.HasMissedWrites(connection);

    public override bool IsStale(DbConnection connection) => inner.IsStale(connection);

    public override void ReleaseSpace(DbConnection connection) => inner.ReleaseSpace(connection);

    public override string? RemoveTraces(DbConnection connection) => inner.RemoveTraces(connection);

    public override void Backup(string path, bool canReplace) => inner.Backup(path, canReplace);

    public override void BeforeClose(DbConnection connection) => inner.BeforeClose(connection);

    public override Task ListenAsync(Action<string> signal, CancellationToken cancellationToken) => inner.ListenAsync(signal, cancellationToken);

    public override void Close() => inner.Close();
}
