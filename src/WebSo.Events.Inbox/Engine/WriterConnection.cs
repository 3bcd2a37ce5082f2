namespace WebSo.Events.Inbox.Engine;

// The connection of the writer. It is opened when needed and dropped when it may be broken. Only the writer's thread uses it; no error here
// may end that thread.
internal sealed class WriterConnection(InboxDialect dialect, SchemaSetup setup, FailureLog failures)
{
    private SqlSession? _session;

    public bool IsOpen => _session is not null;

    // Takes over a connection that is already open.
    public void Use(SqlSession session) => _session = session;

    public SqlSession Open() => _session ??= setup.Open();

    // An obstacle to opening the connection may be gone at the next try.
    public FailureKind Classify(Exception failure) => failure switch
    {
        WebSoInboxStoreException => IsOpen ? FailureKind.Operation : FailureKind.Unavailable,
        _ => dialect.Classify(failure),
    };

    // After a lock conflict the connection is fine once its transaction has ended. After any other error a new connection is safer.
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
            // After any error a new connection is opened.
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
            // The connection is dropped anyway.
        }
    }
}
