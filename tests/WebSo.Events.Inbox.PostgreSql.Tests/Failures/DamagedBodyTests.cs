using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A body that the server can't read any more, as after a failure of the disk: its part beside the table is gone.</summary>
public sealed class DamagedBodyTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Fact]
    public async Task DamagedBody_MakesItsDeliveryADeadLetter_AndTheOthersAreHandled()
    {
        var body = string.Concat(Enumerable.Range(0, 20_000).Select(_ => (char)Random.Shared.Next('a', 'z')));
        var damaged = await AppendAsync(Delivery("1", body: body));
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("2"));
        await Server.ExecuteAsync($$"""
            DO $$ DECLARE parts oid := (SELECT reltoastrelid FROM pg_class WHERE oid = '{{Deliveries}}'::regclass); BEGIN
            SET LOCAL allow_system_table_mods = on;
            UPDATE pg_class SET relkind = 'r' WHERE oid = parts;
            EXECUTE format('TRUNCATE %s', parts::regclass);
            UPDATE pg_class SET relkind = 't' WHERE oid = parts;
            END $$
            """);

        (await ClaimAsync()).Select(lease => lease.DocumentId).Should().Equal("2");
        (await ClaimAsync()).Select(lease => lease.DocumentId).Should().Equal("1");

        var entry = (await ListAsync(new WebSoInboxFilter { DeliveryId = damaged })).Should().ContainSingle().Subject;
        entry.State.Should().Be(WebSoInboxState.DeadLetter);
        entry.LastError.Should().Contain("can't be read").And.Contain("toast");
        (await Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = damaged }, Token)).Should().Be(1);
    }
}
