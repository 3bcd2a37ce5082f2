using System.Text.RegularExpressions;
using FluentAssertions;
using Npgsql;
using WebSo.Events.Inbox.Contracts;
using WebSo.Events.Tests;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A role with the rights that docs/scaling-out.md lists, and no other.</summary>
public sealed partial class LeastPrivilegeTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private string Role => "r" + Database.Schema;

    [Fact]
    public async Task DocumentedRights_AreEnoughForEverything()
    {
        await CreateRoleAsync(DocumentedGrants());
        try
        {
            await using var store = await OpenAsRoleAsync();
            var id = await store.AppendAsync(Delivery("1", key: "a"));
            var repeat = await store.AppendAsync(Delivery("1", key: "a"), Token);
            store.MarkAnswered(repeat.Sighting);
            await store.AppendAsync(Delivery("2", state: WebSoInboxState.Malformed, key: "m"));
            var claim = await store.ClaimOneAsync();
            (await store.RenewAsync([claim], Token)).Should().BeEmpty();
            (await store.CompleteHandlerAsync(claim, "first", Token)).Should().BeTrue();
            (await store.RetryAsync(claim, TimeSpan.Zero, "again", Token)).Should().BeTrue();
            (await store.ReleaseAsync(await store.ClaimOneAsync(), Token)).Should().BeTrue();
            (await store.HandledAsync(await store.ClaimOneAsync())).Should().BeTrue();
            (await store.ReplayAsync(new WebSoInboxFilter { DeliveryId = id }, Token)).Should().Be(1);
            (await store.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token)).Should().Be(1);
            await store.PauseAsync("", Token);
            await store.ResumeAsync(null, Token);
            (await store.GetBacklogAsync(null, Token)).Pending.Should().Be(0);
            await store.ProbeAsync(Token);
            (await store.CountAsync(null, Token)).Should().ContainKey(WebSoInboxState.Discarded);
            await Server.ExecuteAsync($"UPDATE {Deliveries} SET settled_at = settled_at - interval '9 days', last_seen_at = last_seen_at - interval '9 days'");
            (await store.PurgeAsync("", WebSoInboxState.Discarded, TimeSpan.FromDays(7), 100, Token)).Should().Be(1);
        }
        finally
        {
            await DropRoleAsync();
        }
    }

    [Fact]
    public async Task MissingRight_IsSaidToTheOperator()
    {
        await CreateRoleAsync(DocumentedGrants());
        try
        {
            await using var store = await OpenAsRoleAsync();
            await store.AppendAsync(Delivery(state: WebSoInboxState.Unhandled));
            await Server.ExecuteAsync($"REVOKE UPDATE ON {Deliveries} FROM {Role}");

            var replay = () => store.ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Unhandled }, Token).AsTask();

            await replay.Should().ThrowAsync<WebSoInboxStoreException>().WithMessage("*permission denied*docs/scaling-out.md*");
        }
        finally
        {
            await DropRoleAsync();
        }
    }

    [Fact]
    public async Task NoRightToTheSchema_TheStartSaysSo()
    {
        await CreateRoleAsync("");
        try
        {
            var open = OpenAsRoleAsync;

            await open.Should().ThrowAsync<WebSoInboxStoreException>().WithMessage("*permission denied*Grant the role its rights*");
        }
        finally
        {
            await DropRoleAsync();
        }
    }

    private async Task CreateRoleAsync(string grants)
    {
        await Server.ExecuteAsync(WebSoPostgreSqlSchema.CreateScript(Database.Schema));
        await Server.ExecuteAsync($"CREATE ROLE {Role} LOGIN; {grants}");
    }

    private string DocumentedGrants()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "scaling-out.md"));
        var block = GrantBlock().Matches(page).Should().ContainSingle().Subject.Groups[1].Value;
        return block.Replace("webso_events", Database.Schema, StringComparison.Ordinal).Replace("webso_app", Role, StringComparison.Ordinal);
    }

    private Task DropRoleAsync() => Server.ExecuteAsync($"DROP OWNED BY {Role}; DROP ROLE {Role}");

    private Task<WebSoPostgreSqlInboxStore> OpenAsRoleAsync() => Database.OpenAsync(
        new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Username = Role }.ConnectionString,
        configure: options => options.CreateSchema = false);

    [GeneratedRegex("```sql\n(GRANT USAGE ON SCHEMA.*?)```", RegexOptions.Singleline)]
    private static partial Regex GrantBlock();
}
