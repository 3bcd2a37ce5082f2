using System.Net.Sockets;

namespace WebSo.Events;

// What a failure of PostgreSQL, or of the connection to it, means.
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

    // An error of COMMIT rolls back. A session that ends while it waits for a standby has committed.
    public static bool MayHaveCommitted(Exception failure) => failure is not PostgresException { InvariantSeverity: "ERROR" };

    // No waiting at the start makes it go away: no such database, role, password or right, or a standby.
    public static bool IsOfTheSetup(Exception failure) => failure is PostgresException postgres
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

        // Data, integrity, limits of the program, what a trigger raises.
        _ => sqlState[..2] is "22" or "23" or "54" or "P0" ? FailureKind.Operation : FailureKind.Unavailable,
    };

    private static string? Advice(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            "Grant the role its rights on the inbox's tables, as docs/scaling-out.md lists them.",
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName } =>
            "The inbox's tables do not exist. 'webso-events inbox schema --postgres' prints the SQL that creates them.",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } =>
            "The server is read-only, as a standby is. Name the primary, or several hosts with Target Session Attributes=primary.",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => "Lower Maximum Pool Size, or raise max_connections.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "Create the database, or name another.",
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => "Another session holds a lock on the inbox's tables. pg_stat_activity and pg_locks show which.",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "Free space on the database server.",
        PostgresException postgres when postgres.SqlState.StartsWith("28", StringComparison.Ordinal) =>
            "Check the user and the password of the connection string, and pg_hba.conf.",
        _ => null,
    };
}
