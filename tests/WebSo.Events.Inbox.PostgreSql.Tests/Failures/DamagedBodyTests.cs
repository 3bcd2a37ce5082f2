namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A body whose TOAST data is missing.</summary>
public sealed class DamagedBodyTests(PostgreSqlServer server) : DamageEngineContract
{
    private readonly TestDatabase _database = new(server);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DropAsync();
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => _database.CreateDialect(timeProvider);

    protected override Task DamageAsync() => server.ExecuteAsync($$"""
        DO $$ DECLARE parts oid := (SELECT reltoastrelid FROM pg_class WHERE oid = '{{_database.Schema}}.webso_deliveries'::regclass); BEGIN
        SET LOCAL allow_system_table_mods = on;
        UPDATE pg_class SET relkind = 'r' WHERE oid = parts;
        EXECUTE format('TRUNCATE %s', parts::regclass);
        UPDATE pg_class SET relkind = 't' WHERE oid = parts;
        END $$
        """);
}
