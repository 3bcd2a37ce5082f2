using System.Data.Common;

namespace WebSo.Events.Inbox.Engine;

// Opens the writer's connection and creates missing tables.
internal sealed class SchemaSetup(InboxDialect dialect, TimeProvider timeProvider, FailureLog failures)
{
    // The number of tries before the failure is logged, because a short lock is normal.
    private const int QuietTries = 5;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    public bool CanCreate { get; set; } = true;

    // Opens the database at the start. Waits for locks only; any other error stops the start.
    public SqlSession OpenFirst(CancellationToken cancellationToken)
    {
        var begin = timeProvider.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            try
            {
                EndLeases();
                var session = Open();
                failures.Recovered();
                return session;
            }
            catch (DbException failure) when (dialect.IsAwaited(failure, timeProvider.GetElapsedTime(begin)))
            {
                if (tries >= QuietTries)
                    failures.Add(failure);
                cancellationToken.WaitHandle.WaitOne(s_pause);
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (DbException failure)
            {
                throw new WebSoInboxStoreException($"The inbox {dialect.Name} can't be opened: {dialect.Describe(failure)}", failure);
            }
        }
    }

    public SqlSession Open()
    {
        var session = dialect.CreateSession(dialect.OpenWriter(CanCreate));
        try
        {
            if (session.ReadNumber(dialect.CountTables) == 0)
                Create(session);
            CheckVersion(session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    // Checks the schema for read-only use.
    public void EnsureReadable(SqlSession session)
    {
        if (session.ReadNumber(dialect.CountTables) == 0)
            throw new WebSoInboxStoreException($"The inbox {dialect.Name} has no tables, and read-only commands do not create them. {dialect.SchemaAdvice}");
        CheckVersion(session);
    }

    // Ends the leases of processes that were killed. Without this, they end when they expire.
    private void EndLeases()
    {
        if (dialect.OpenAlone() is not { } connection)
            return;

        using var session = dialect.CreateSession(connection);
        if (session.ReadNumber(dialect.CountTables) > 0)
            session.Execute(LeaseSql.EndAll, timeProvider.GetUtcNow().UtcDateTime);
    }

    // If two processes create the schema concurrently, the second one finds the tables within its transaction. After a failure the session
    // is closed, which rolls the transaction back.
    private void Create(SqlSession session)
    {
        if (!CanCreate)
            throw new WebSoInboxStoreException($"The inbox {dialect.Name} has no tables, and CreateSchema is false, so they are not created. {dialect.SchemaAdvice}");

        session.Begin();
        foreach (var statement in dialect.BeforeSchema)
            session.Execute(statement);
        if (session.ReadNumber(dialect.CountTables) == 0)
        {
            foreach (var statement in InboxSchema.StatementsOf(dialect.TypeOf, dialect.TableOptions).Concat(dialect.ExtraSchema))
                session.Execute(statement);
            var now = timeProvider.GetUtcNow().UtcDateTime;
            session.Query(DeliverySql.ReadNow, [now], row => now = row.Time(0));
            session.ExecuteRows(AppendSql.AddEndpoint, [], [["", (long)InboxSchema.Version, now]]);
        }

        session.Commit();
    }

    private void CheckVersion(SqlSession session)
    {
        var version = 0L;
        session.Query(AppendSql.ReadEndpoints, [timeProvider.GetUtcNow().UtcDateTime], row => version = Math.Max(version, row.Number(1)));
        InboxSchema.EnsureKnown(version, dialect);
    }
}
