namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Base class for tests with their own schema, which is dropped afterwards. Times come from the database.</summary>
public abstract class DatabaseTest(PostgreSqlServer server) : EngineContract
{
    protected PostgreSqlServer Server => server;

    internal TestDatabase Database { get; } = new(server);

    protected string Deliveries => $"{Database.Schema}.webso_deliveries";

    protected string Pending => $"{Database.Schema}.webso_pending";

    protected string Duplicates => $"{Database.Schema}.webso_duplicates";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Database.DropAsync();
        GC.SuppressFinalize(this);
    }

    protected Task<long> CountDeliveriesAsync() => Server.ReadAsync<long>($"SELECT count(*) FROM {Deliveries}");

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => Database.CreateDialect();
}
