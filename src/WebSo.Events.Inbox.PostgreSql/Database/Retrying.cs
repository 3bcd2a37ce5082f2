using Microsoft.Extensions.Logging;
using Npgsql;

namespace WebSo.Events;

// What is done beside the writer, on a connection of the pool: it waits while the database can't be written, until its token is cancelled.
internal sealed class Retrying(NpgsqlDataSource dataSource, StoreClock clock, string inbox, ILogger logger)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private int _waiting;

    // What a worker does: whatever is wrong with the database, it waits for it to be mended.
    public Task<T> ExecuteAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> action, CancellationToken cancellationToken) =>
        ExecuteAsync(action, isOperator: false, cancellationToken);

    // What an operator does: what no waiting mends is said at once.
    public Task<T> OperateAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> action, CancellationToken cancellationToken) =>
        ExecuteAsync(action, isOperator: true, cancellationToken);

    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        try
        {
            return await OnceAsync(action, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or IOException)
        {
            throw new WebSoInboxStoreException($"The inbox {inbox} can't be read: {DatabaseFailure.Describe(failure)}", failure);
        }
    }

    private async Task<T> ExecuteAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> action, bool isOperator, CancellationToken cancellationToken)
    {
        var isWaiting = false;
        var hasSucceeded = false;
        try
        {
            while (true)
            {
                try
                {
                    var result = await OnceAsync(action, cancellationToken).ConfigureAwait(false);
                    hasSucceeded = true;
                    return result;
                }
                catch (Exception failure) when (IsWaitedFor(failure, isOperator))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (!isWaiting)
                        BeginWait(failure);
                    isWaiting = true;
                }
                catch (NpgsqlException failure)
                {
                    throw new WebSoInboxStoreException($"The inbox {inbox} can't do that: {DatabaseFailure.Describe(failure)}", failure);
                }

                await Task.Delay(s_pause, clock.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (isWaiting)
                EndWait(hasSucceeded);
        }
    }

    private static bool IsWaitedFor(Exception failure, bool isOperator) =>
        (DatabaseFailure.IsOfTheDatabase(failure) && !(isOperator && DatabaseFailure.IsOfTheSetup(failure)))
        || DatabaseFailure.IsLockTimeout(failure);

    // Many wait for the same cause: the first says so, and the last that it is gone.
    private void BeginWait(Exception failure)
    {
        if (Interlocked.Increment(ref _waiting) == 1)
            PostgreSqlInboxLog.Waiting(logger, inbox, DatabaseFailure.Describe(failure));
    }

    private void EndWait(bool hasSucceeded)
    {
        if (Interlocked.Decrement(ref _waiting) == 0 && hasSucceeded)
            PostgreSqlInboxLog.WaitOver(logger, inbox);
    }

    private async Task<T> OnceAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        return await action(connection, cancellationToken).ConfigureAwait(false);
    }
}
