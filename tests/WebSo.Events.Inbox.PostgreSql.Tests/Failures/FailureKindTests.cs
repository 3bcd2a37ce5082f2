using FluentAssertions;
using Npgsql;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

// The engine decides by these two results. The localized severity depends on lc_messages, so the invariant severity counts.
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
    public void Classify_SeverityAndCode_ReturnsKind(string severity, string code, string kind) =>
        PostgreSqlFailure.Classify(Failure(severity, code)).ToString().Should().Be(kind);

    [Theory]
    [InlineData("ERROR", false)]
    [InlineData("FATAL", true)]
    [InlineData("PANIC", true)]
    public void MayHaveCommitted_EachSeverity_IsFalseOnlyForError(string severity, bool mayHave) =>
        PostgreSqlFailure.MayHaveCommitted(Failure(severity, PostgresErrorCodes.AdminShutdown)).Should().Be(mayHave);

    [Fact]
    public void Classify_ConnectionFailure_IsUnavailableAndMayHaveCommitted()
    {
        Exception[] failures = [new NpgsqlException("broken"), new IOException("broken"), new TimeoutException("late"), new ObjectDisposedException("pool")];

        failures.Should().OnlyContain(failure => PostgreSqlFailure.Classify(failure) == FailureKind.Unavailable && PostgreSqlFailure.MayHaveCommitted(failure));
    }

    private static PostgresException Failure(string severity, string code) => new("Nachricht", "FEHLER", severity, code);
}
