using System.Net.Sockets;

namespace WebSo.Events.Inbox.PostgreSql.Connections;

// Classifies and describes failures of PostgreSQL and of connections.
internal static class PostgreSqlFailure
{
    public static FailureKind Classify(Exception failure) => failure switch
    {
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } => FailureKind.Unavailable,
        PostgresException postgres => Classify(postgres.SqlState),
        NpgsqlException or SocketException or IOException or TimeoutException => FailureKind.Unavailable,

        // The connection is closed, or its data source is disposed.
        ObjectDisposedException => FailureKind.Unavailable,
        _ => FailureKind.Operation,
    };

    // A COMMIT that fails with an error has rolled back. A session that ends while it waits for a standby has committed.
    public static bool MayHaveCommitted(Exception failure) => failure is not PostgresException { InvariantSeverity: "ERROR" };

    // Whether waiting at the start can't help: a wrong database, role, or password, a missing right, or a standby.
    public static bool IsPermanent(Exception failure) => failure is PostgresException postgres
        && (postgres.SqlState.StartsWith("28", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("42", StringComparison.Ordinal)
            || postgres.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.ReadOnlySqlTransaction);

    public static string Describe(Exception failure)
    {
        var message = failure is PostgresException postgres ? postgres.MessageText : failure.Message;
        message = message.EndsWith('.') ? message : message + ".";
        return Advice(failure) is { } advice ? $"{message} {advice}" : message;
    }

    private static FailureKind Classify(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ObjectInUse => FailureKind.Busy,
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => FailureKind.Operation,

        // 22: data, 23: integrity, 54: limits of the program, P0: raised by a trigger.
        _ => sqlState[..2] is "22" or "23" or "54" or "P0" ? FailureKind.Operation : FailureKind.Unavailable,
    };

    private static string? Advice(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            "Grant the role the rights on the tables of the inbox that docs/scaling-out.md lists.",
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName } =>
            "The tables of the inbox do not exist. Create them with the SQL that 'webso-events inbox schema --postgres' prints.",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } =>
            "The server is read-only, for example a standby. Connect to the primary, or list several hosts and set Target Session Attributes=primary.",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => "Decrease Maximum Pool Size, or increase max_connections.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "Create the database, or correct its name in the connection string.",
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => "Another session holds a lock on the tables of the inbox. Find it in pg_stat_activity and pg_locks.",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "Free disk space on the database server.",
        PostgresException postgres when postgres.SqlState.StartsWith("28", StringComparison.Ordinal) =>
            "Check the user name and the password in the connection string, and pg_hba.conf on the server.",
        _ => null,
    };
}
