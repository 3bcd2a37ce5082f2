using System.Net.Sockets;
using Npgsql;

namespace WebSo.Events;

// What a failure means: the fault of what was to be written, or of the database, which may be well again soon.
internal static class DatabaseFailure
{
    // Not the fault of one operation: the server is gone, restarts, is full, has become a standby, asks for another password.
    public static bool IsOfTheDatabase(Exception failure) => failure switch
    {
        PostgresException postgres => !IsOfTheData(postgres) && !IsLockTimeout(postgres),
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    // Someone else holds the lock of a queue for long: a process that was stopped amid its transaction.
    public static bool IsLockTimeout(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    // Will not go away by waiting at the start: no such database, role, password or right.
    public static bool IsOfTheSetup(Exception failure) => failure is PostgresException postgres
        && (postgres.SqlState.StartsWith("28", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("42", StringComparison.Ordinal)
            || postgres.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.ReadOnlySqlTransaction);

    // What happened, and what to do about it where the code of the failure tells.
    public static string Describe(Exception failure) => Advice(failure) is { } advice ? $"{failure.Message} {advice}" : failure.Message;

    private static string? Advice(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            "Grant the role its rights on the inbox's tables, as docs/scaling-out.md lists them.",
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName } =>
            "The inbox's tables are not there, or are of another version: 'webso-events inbox schema --postgres' prints the SQL that creates them.",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } =>
            "The server is read-only, as a standby is: name the primary, or several hosts with Target Session Attributes=primary.",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } =>
            "Lower Maximum Pool Size, or raise max_connections.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "Create the database, or name another.",
        PostgresException postgres when postgres.SqlState.StartsWith("28", StringComparison.Ordinal) =>
            "Check the user and the password of the connection string, and pg_hba.conf.",
        _ => null,
    };

    // Data exception, integrity violation, limit of the program.
    private static bool IsOfTheData(PostgresException failure) =>
        failure.SqlState.StartsWith("22", StringComparison.Ordinal)
        || failure.SqlState.StartsWith("23", StringComparison.Ordinal)
        || failure.SqlState.StartsWith("54", StringComparison.Ordinal);
}
