using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A newer program migrates the tables while this program runs.</summary>
public sealed class SchemaVersionTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Fact]
    public async Task NewerVersion_WhileRunning_StopsOperationsUntilRestored()
    {
        var before = await AppendAsync(Delivery("1"));
        await Server.ExecuteAsync(
            $"""
            BEGIN;
            ALTER TABLE {Deliveries} ADD COLUMN priority bigint;
            ALTER TABLE {Pending} ALTER COLUMN attempts TYPE numeric;
            UPDATE {Database.Schema}.webso_endpoints SET schema_version = 2;
            COMMIT;
            """);

        var append = () => Engine.AppendAsync(Delivery("2"), Token);
        var claim = () => Engine.ClaimAsync("", 1, Token);
        var open = () => Database.OpenAsync();

        (await append.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*schema version 2*Update this program*restore the backup*");
        (await claim.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*schema version 2*");
        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*schema version 2*");
        (await CountDeliveriesAsync()).Should().Be(1, "the program must not write to tables of a newer version");

        await Server.ExecuteAsync(
            $"""
            BEGIN;
            ALTER TABLE {Deliveries} DROP COLUMN priority;
            ALTER TABLE {Pending} ALTER COLUMN attempts TYPE bigint;
            UPDATE {Database.Schema}.webso_endpoints SET schema_version = 1;
            COMMIT;
            """);
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(before);
        await AppendAsync(Delivery("2"));
    }

    [Fact]
    public async Task Open_TenInstancesConcurrently_CreateTablesOnce()
    {
        await Database.DropAsync();
        var engines = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Database.OpenAsync(Server.ConnectionString + ";Maximum Pool Size=4"), Token)));

        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Database.Schema}.webso_endpoints")).Should().Be(1);
        foreach (var engine in engines)
        {
            await AppendAsync(engine, Delivery());
            await engine.DisposeAsync();
        }
    }
}
