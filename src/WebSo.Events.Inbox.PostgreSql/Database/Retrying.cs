using Npgsql;

namespace WebSo.Events;

// What is done beside the writer, on a connection of the pool: it waits while the database can't be written, until its token is cancelled.
internal sealed class Retrying(NpgsqlDataSource dataSource, StoreClock clock, string inbox)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    public async Task<T> ExecuteAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await OnceAsync(action, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (DatabaseFailure.IsOfTheDatabase(failure) || DatabaseFailure.IsLockTimeout(failure))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Delay(s_pause, clock.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        try
        {
            return await OnceAsync(action, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or IOException)
        {
            throw new WebSoInboxStoreException($"The inbox {inbox} can't be read: {failure.Message}", failure);
        }
    }

    private async Task<T> OnceAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        return await action(connection, cancellationToken).ConfigureAwait(false);
    }
}
