using System.Data;
using Npgsql;

namespace WebSo.Events;

// Sees at the start that the tables are there, in the version that this program knows.
internal static class SchemaCheck
{
    public static async Task EnsureAsync(NpgsqlConnection connection, WebSoPostgreSqlOptions options, CancellationToken cancellationToken)
    {
        var version = await ReadVersionAsync(connection, options.Schema, cancellationToken).ConfigureAwait(false);
        if (version < SchemaScript.LatestVersion && options.CreateSchema)
        {
            await CreateAsync(connection, options.Schema, cancellationToken).ConfigureAwait(false);
            version = await ReadVersionAsync(connection, options.Schema, cancellationToken).ConfigureAwait(false);
        }

        if (version < SchemaScript.LatestVersion)
        {
            var found = version == 0 ? "no tables of an inbox" : $"the inbox's tables in version {version}, this program needs version {SchemaScript.LatestVersion}";
            throw new WebSoInboxStoreException(
                $"The schema {options.Schema} of the database {connection.Database} has {found}, and nothing is created, since CreateSchema is off. "
                + $"Run the SQL that 'webso-events inbox schema --postgres --schema {options.Schema}' prints, or name the schema that holds them.");
        }

        if (version > SchemaScript.LatestVersion)
        {
            throw new WebSoInboxStoreException(
                $"The schema {options.Schema} of the database {connection.Database} has the inbox's tables in version {version}, this program knows "
                + $"versions up to {SchemaScript.LatestVersion}: a newer one has used it. Use that, or another schema.");
        }
    }

    private static async Task CreateAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        // Whatever the role's default: one that waited for another must see what that has done.
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var disposal = transaction.ConfigureAwait(false);

        // As long as an index of a large table takes: cut off, it would begin anew at the next start.
        using var create = new NpgsqlCommand(SchemaScript.Create(schema), connection, transaction) { CommandTimeout = 0 };
        await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    // 0: there are none.
    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var table = $"{SchemaScript.Quote(schema)}.schema_version";
        using var exists = new NpgsqlCommand($"SELECT to_regclass('{table}') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
            return 0;

        using var read = new NpgsqlCommand($"SELECT version FROM {table}", connection);
        return await read.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is int version ? version : 0;
    }
}
