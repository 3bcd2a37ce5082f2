using System.Text.RegularExpressions;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

public sealed class PostgreSqlEraseEngineTests(PostgreSqlServer server) : EraseEngineContract
{
    private readonly TestDatabase _database = new(server);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DropAsync();
    }

    // The file of a table contains old versions of deleted rows. The command in the message must remove them.
    [Fact]
    public async Task Erase_OneDocument_ReturnsCommandThatRemovesTraces()
    {
        const string Document = "customer-4711-secret";
        await AppendAsync(Delivery(Document));

        var (_, _, traces) = await Engine.EraseAsync(null, Document, Token);

        var command = Regex.Match(traces!, "VACUUM FULL .*(?= as the owner)").Value;
        command.Should().ContainAll("webso_deliveries", "webso_pending", "webso_outcomes");
        (await IsInAFileAsync(Document)).Should().BeTrue();
        await server.ExecuteAsync(command);
        (await IsInAFileAsync(Document)).Should().BeFalse();
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => _database.CreateDialect(timeProvider);

    private async Task<bool> IsInAFileAsync(string text)
    {
        await server.ExecuteAsync("CHECKPOINT");
        return await server.ReadAsync<bool>(
            $"""
            SELECT bool_or(position(convert_to('{text}', 'UTF8') IN pg_read_binary_file(pg_relation_filepath('"{_database.Schema}".' || t))) > 0)
            FROM unnest(ARRAY['webso_deliveries', 'webso_pending', 'webso_outcomes']) AS t
            """);
    }
}
