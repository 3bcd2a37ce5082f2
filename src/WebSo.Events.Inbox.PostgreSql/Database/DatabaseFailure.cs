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

    // Data exception, integrity violation, limit of the program.
    private static bool IsOfTheData(PostgresException failure) =>
        failure.SqlState.StartsWith("22", StringComparison.Ordinal)
        || failure.SqlState.StartsWith("23", StringComparison.Ordinal)
        || failure.SqlState.StartsWith("54", StringComparison.Ordinal);
}
