using FluentAssertions;
using Npgsql;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

// What the engine does after a failure follows from these two answers. Servers give the severity in the language of lc_messages, too.
public sealed class FailureKindTests
{
    [Theory]
    [InlineData("ERROR", PostgresErrorCodes.LockNotAvailable, nameof(FailureKind.Busy))]
    [InlineData("ERROR", PostgresErrorCodes.DeadlockDetected, nameof(FailureKind.Busy))]
    [InlineData("ERROR", PostgresErrorCodes.SerializationFailure, nameof(FailureKind.Busy))]
    [InlineData("ERROR", PostgresErrorCodes.QueryCanceled, nameof(FailureKind.Busy))]
    [InlineData("ERROR", PostgresErrorCodes.InsufficientPrivilege, nameof(FailureKind.Operation))]
    [InlineData("ERROR", PostgresErrorCodes.DataCorrupted, nameof(FailureKind.Operation))]
    [InlineData("ERROR", PostgresErrorCodes.IndexCorrupted, nameof(FailureKind.Operation))]
    [InlineData("ERROR", PostgresErrorCodes.UniqueViolation, nameof(FailureKind.Operation))]
    [InlineData("ERROR", PostgresErrorCodes.RaiseException, nameof(FailureKind.Operation))]
    [InlineData("ERROR", PostgresErrorCodes.DiskFull, nameof(FailureKind.Unavailable))]
    [InlineData("ERROR", PostgresErrorCodes.ReadOnlySqlTransaction, nameof(FailureKind.Unavailable))]
    [InlineData("ERROR", PostgresErrorCodes.UndefinedTable, nameof(FailureKind.Unavailable))]
    [InlineData("FATAL", PostgresErrorCodes.AdminShutdown, nameof(FailureKind.Unavailable))]
    [InlineData("FATAL", PostgresErrorCodes.QueryCanceled, nameof(FailureKind.Unavailable))]
    [InlineData("PANIC", PostgresErrorCodes.DataCorrupted, nameof(FailureKind.Unavailable))]
    public void Classify_GoesByTheInvariantSeverity_AndTheCode(string severity, string code, string kind) =>
        PostgreSqlFailure.Classify(Failure(severity, code)).ToString().Should().Be(kind);

    [Theory]
    [InlineData("ERROR", false)]
    [InlineData("FATAL", true)]
    [InlineData("PANIC", true)]
    public void MayHaveCommitted_IsFalseOnlyForAnError(string severity, bool mayHave) =>
        PostgreSqlFailure.MayHaveCommitted(Failure(severity, PostgresErrorCodes.AdminShutdown)).Should().Be(mayHave);

    [Fact]
    public void Failure_OfTheConnection_IsUnavailable_AndMayHaveCommitted()
    {
        Exception[] failures = [new NpgsqlException("broken"), new IOException("broken"), new TimeoutException("late"), new ObjectDisposedException("pool")];

        failures.Should().OnlyContain(failure => PostgreSqlFailure.Classify(failure) == FailureKind.Unavailable && PostgreSqlFailure.MayHaveCommitted(failure));
    }

    private static PostgresException Failure(string severity, string code) => new("Nachricht", "FEHLER", severity, code);
}
