using System.Text.RegularExpressions;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A role that has only the rights that docs/scaling-out.md lists, on tables that a DBA has created.</summary>
public sealed partial class LeastPrivilegeTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private string Role => "r" + Database.Schema;

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        await Database.DropAsync();
        await Server.ExecuteAsync($"DO $$ BEGIN IF to_regrole('{Role}') IS NOT NULL THEN DROP OWNED BY {Role}; DROP ROLE {Role}; END IF; END $$");
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Rights_AsDocumented_AllowAllOperations()
    {
        await CreateRoleAsync(DocumentedGrants());
        await using var engine = await OpenAsRoleAsync();
        var id = await AppendAsync(engine, Delivery("1", key: "a"));
        (await engine.AppendAsync(Delivery("1", key: "a"), Token)).IsDuplicate.Should().BeTrue();
        await AppendAsync(engine, Delivery("2", state: WebSoInboxState.Malformed, key: "m"));
        await AppendAsync(engine, Delivery("2", endpoint: "other"));
        var lease = await ClaimOneAsync(engine);
        (await engine.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Renew) { Handlers = [new HandlerOutcome("first", DateTimeOffset.UtcNow, TimeSpan.Zero)] }, Token)).Should().BeTrue();
        (await engine.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Retry) { Error = "again" }, Token)).Should().BeTrue();
        (await engine.UpdateLeaseAsync(new LeaseUpdate(await ClaimOneAsync(engine), LeaseUpdateKind.Release), Token)).Should().BeTrue();
        (await FinishAsync(engine, await ClaimOneAsync(engine), WebSoInboxState.Handled)).Should().BeTrue();
        (await engine.ReplayAsync(new WebSoInboxFilter { DeliveryId = id }, static _ => null, Token)).Should().Be(1);
        (await engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token)).Should().Be(1);
        (await engine.ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Malformed }, Read, Token)).Should().Be(1);
        await engine.PauseAsync("", Token);
        await engine.ResumeAsync(null, Token);
        (await engine.Reader.GetBacklogAsync(null, Token)).Pending.Should().Be(2);
        await engine.ProbeAsync(Token);
        (await engine.Reader.CountAsync(null, Token)).Should().ContainKey(WebSoInboxState.Discarded);
        (await engine.PurgeAsync("", WebSoInboxState.Discarded, TimeSpan.FromDays(-1), 100, Token)).Should().Be(1);
        await engine.PurgeDuplicatesAsync(100, Token);
        (await engine.EraseAsync(null, "2", Token)).Erased.Should().Be(2);
    }

    [Fact]
    public async Task Rights_OneMissing_FailsOnlyOperationsThatNeedIt()
    {
        await CreateRoleAsync(DocumentedGrants());
        await using var engine = await OpenAsRoleAsync();
        await AppendAsync(engine, Delivery(state: WebSoInboxState.Unhandled));
        await Server.ExecuteAsync($"REVOKE UPDATE ON {Database.Schema}.webso_outcomes FROM {Role}");

        var replay = () => engine.ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Unhandled }, static _ => null, Token);

        await replay.Should().ThrowAsync<WebSoInboxStoreException>().WithMessage("*permission denied*docs/scaling-out.md*");
        await AppendAsync(engine, Delivery("2"));
    }

    [Fact]
    public async Task Open_NoRightToSchema_FailsWithAdvice()
    {
        await CreateRoleAsync("");

        var open = () => OpenAsRoleAsync();

        await open.Should().ThrowAsync<WebSoInboxStoreException>().WithMessage("*permission denied*Grant the role the rights*");
    }

    // The role owns a schema that also has tables of the application, and can't create another schema.
    [Fact]
    public async Task Open_RoleOwnsSchema_CreatesTables()
    {
        await Server.ExecuteAsync($"CREATE ROLE {Role} LOGIN; CREATE SCHEMA {Database.Schema} AUTHORIZATION {Role}; CREATE TABLE {Database.Schema}.orders (id bigint)");
        await using var engine = await OpenAsRoleAsync(createSchema: true);

        await AppendAsync(engine, Delivery());

        (await Server.ReadAsync<long>($"SELECT count(*) FROM pg_tables WHERE schemaname = '{Database.Schema}' AND tablename LIKE 'webso\\_%'")).Should().Be(5);
    }

    [Fact]
    public async Task Open_NoTablesWithoutCreateSchema_FailsWithAdvice()
    {
        var open = () => Database.OpenAsync(configure: options => options.CreateSchema = false);

        await open.Should().ThrowAsync<WebSoInboxStoreException>().WithMessage($"*has no tables*CreateSchema is false*'webso-events inbox schema --postgres --schema {Database.Schema}' prints*");
    }

    [Fact]
    public async Task Script_RunAgain_ChangesNothing()
    {
        await Server.ExecuteAsync(PostgreSqlInbox.CreateScript(Database.Schema));
        await using var engine = await Database.OpenAsync(configure: options => options.CreateSchema = false);
        await AppendAsync(engine, Delivery());

        await Server.ExecuteAsync(PostgreSqlInbox.CreateScript(Database.Schema));

        (await CountDeliveriesAsync()).Should().Be(1);
    }

    [Fact]
    public async Task Script_RunByDba_CreatesSameTablesAsEngine()
    {
        await Server.ExecuteAsync(PostgreSqlInbox.CreateScript(Database.Schema));
        var printed = await DescribeAsync();
        await Database.DropAsync();
        await (await Database.OpenAsync()).DisposeAsync();

        (await DescribeAsync()).Should().Equal(printed);
    }

    private static WebSoEvent? Read(WebSoEventContext context) => new UserFinishEvent { DocumentId = "2", UserId = "1", FieldsSigned = 1 };

    private Task<string[]> DescribeAsync() => Server.ReadAsync<string[]>(
        $"""
        SELECT array_agg(line ORDER BY line) FROM (
            SELECT concat_ws(' ', table_name, column_name, data_type, collation_name, is_nullable, is_identity) AS line FROM information_schema.columns WHERE table_schema = '{Database.Schema}'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = '{Database.Schema}'
            UNION ALL SELECT concat_ws(' ', relname, reloptions) FROM pg_class WHERE relnamespace = '{Database.Schema}'::regnamespace
            UNION ALL SELECT concat_ws(' ', schema_version, paused, downtime) FROM {Database.Schema}.webso_endpoints) AS lines
        """);

    private async Task CreateRoleAsync(string grants)
    {
        await Server.ExecuteAsync(PostgreSqlInbox.CreateScript(Database.Schema));
        await Server.ExecuteAsync($"CREATE ROLE {Role} LOGIN; {grants}");
    }

    private string DocumentedGrants()
    {
        var page = Repository.Read("docs/scaling-out.md");
        var block = GrantBlock().Matches(page).Should().ContainSingle().Subject.Groups[1].Value;
        return block.Replace("webso_events", Database.Schema, StringComparison.Ordinal).Replace("webso_app", Role, StringComparison.Ordinal);
    }

    private Task<InboxEngine> OpenAsRoleAsync() => OpenAsRoleAsync(createSchema: false);

    private Task<InboxEngine> OpenAsRoleAsync(bool createSchema) => Database.OpenAsync(
        new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Username = Role }.ConnectionString,
        configure: options => options.CreateSchema = createSchema);

    [GeneratedRegex("```sql\n(GRANT USAGE ON SCHEMA.*?)```", RegexOptions.Singleline)]
    private static partial Regex GrantBlock();
}
