namespace WebSo.Events.Engine;

// The connection of the writer: opened when it is needed, and given up when it may be broken. Used by the writer's thread alone, which nothing
// here may end.
internal sealed class WriterConnection(InboxDialect dialect, SchemaSetup setup, FailureLog failures)
{
    private SqlSession? _session;

    public bool IsOpen => _session is not null;

    // One that is open already.
    public void Use(SqlSession session) => _session = session;

    public SqlSession Open() => _session ??= setup.Open();

    // What stands in the way of opening may be gone the next time.
    public FailureKind Classify(Exception failure) => failure switch
    {
        WebSoInboxStoreException => IsOpen ? FailureKind.Operation : FailureKind.Unavailable,
        _ => dialect.Classify(failure),
    };

    // A connection on which another session was in the way is well when its transaction is ended; of all else a new one is safer.
    public void Reset(FailureKind kind)
    {
        if (_session is not { } session || (kind != FailureKind.Unavailable && TryRollBack(session)))
            return;

        _session = null;
        TryDispose(session);
    }

    public void Close()
    {
        if (_session is not { } session)
            return;

        try
        {
            dialect.BeforeClose(session.Connection);
        }
        catch (Exception failure)
        {
            failures.Add(failure);
        }

        TryDispose(session);
    }

    private static bool TryRollBack(SqlSession session)
    {
        try
        {
            session.RollBack();
            return true;
        }
        catch (Exception)
        {
            // Whatever it is: a new connection is opened.
            return false;
        }
    }

    private static void TryDispose(SqlSession session)
    {
        try
        {
            session.Dispose();
        }
        catch (Exception)
        {
            // It is given up.
        }
    }
}
