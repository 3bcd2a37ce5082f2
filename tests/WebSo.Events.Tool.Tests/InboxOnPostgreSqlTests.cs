using System.Text.Json;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using WebSo.Events.Inbox.PostgreSql;
using Xunit;

[assembly: AssemblyFixture(typeof(WebSo.Events.PostgreSqlServer))]

namespace WebSo.Events;

public sealed class InboxOnPostgreSqlTests(PostgreSqlServer server) : IAsyncLifetime
{
    private const string Secret = "s3cr3t-word";

    private readonly string _schema = "tool" + Guid.NewGuid().ToString("N");
    private readonly Guid _dead = Guid.NewGuid();

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    // Creates a dead letter of document 7 and a pending event of document 8.
    public async ValueTask InitializeAsync()
    {
        await using var engine = Create(new WebSoPostgreSqlOptions { Schema = _schema });
        await engine.OpenAsync(Canceled);
        await StoredEvents.AppendAsync(engine, _dead, "7");
        await StoredEvents.MoveToDeadLetterAsync(engine, "no archive");
        await StoredEvents.AppendAsync(engine, Guid.NewGuid(), "8");
    }

    public async ValueTask DisposeAsync() => await server.ExecuteAsync($"DROP SCHEMA {_schema} CASCADE");

    [Fact]
    public async Task Stats_StoredDeliveries_CountsByState()
    {
        var (exitCode, output, error) = await RunAsync("stats", "--json");

        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        var counts = JsonElement.Parse(output).GetProperty("counts");
        counts.GetProperty("DeadLetter").GetInt64().Should().Be(1);
        counts.GetProperty("Pending").GetInt64().Should().Be(1);
    }

    [Fact]
    public async Task ListAndShow_StoredDelivery_PrintIt()
    {
        var (_, list, listError) = await RunAsync("list", "--state", "DeadLetter");
        var (_, show, showError) = await RunAsync("show", $"{_dead}");

        listError.Should().BeEmpty();
        showError.Should().BeEmpty();
        list.Trim().Split('\n').Should().ContainSingle().Which.Should().Contain($"{_dead}").And.Contain("document 7").And.Contain("no archive");
        show.Should().Contain(StoredEvents.Body("7"));
    }

    [Fact]
    public async Task ReplayThenDiscard_OneDelivery_ChangeItsState()
    {
        var (replayed, output, _) = await RunAsync("replay", "--document-id", "7");
        var (_, between, _) = await RunAsync("list", "--document-id", "7");
        var (discarded, _, _) = await RunAsync("discard", "--id", $"{_dead}");
        var (_, after, _) = await RunAsync("list", "--document-id", "7");
        var (nothing, _, _) = await RunAsync("discard", "--id", $"{Guid.Empty}");

        replayed.Should().Be(0);
        output.Should().Contain("1 delivery");
        between.Should().Contain("Pending");
        discarded.Should().Be(0);
        after.Should().Contain("Discarded");
        nothing.Should().Be(1);
    }

    [Fact]
    public async Task Erase_OneDocument_PrintsHowToRemoveTraces()
    {
        var (exitCode, output, error) = await RunAsync("erase", "--document-id", "7");
        var (_, json, jsonError) = await RunAsync("erase", "--document-id", "8", "--json");

        exitCode.Should().Be(0);
        output.Trim().Should().Be("erase: 1 delivery");
        error.Should().StartWith("erase: the rows are deleted, but the files of the tables").And.Contain($"VACUUM FULL \"{_schema}\".webso_deliveries, ");
        jsonError.Should().BeEmpty();
        JsonElement.Parse(json).GetProperty("traces").GetString().Should().Contain("VACUUM FULL");
    }

    // A role with SELECT only can run all commands that read, including --dry-run.
    [Fact]
    public async Task ReadCommands_RoleWithSelectOnly_Succeed()
    {
        var role = _schema + "_reader";
        await server.ExecuteAsync($"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {_schema} TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA {_schema} TO {role}");
        try
        {
            var connection = new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = role }.ConnectionString;
            foreach (var command in new[] { "stats", "list", $"show {_dead}", $"replay --id {_dead} --dry-run", "discard --document-id 8 --dry-run", "erase --document-id 7 --dry-run" })
            {
                var words = command.Split(' ');
                var (exitCode, output, error) = await RunAtAsync(connection, words[0], [.. words[1..], "--schema", _schema]);
                error.Should().BeEmpty(command);
                exitCode.Should().Be(0, output);
            }
        }
        finally
        {
            await server.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Schema_RunByDba_CreatesUsableTables()
    {
        var schema = _schema + "_dba";
        var (exitCode, script, error) = await ToolProcess.RunAsync("inbox", "schema", "--postgres", "--schema", schema);
        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        try
        {
            await server.ExecuteAsync(script);
            await server.ExecuteAsync(script);
            await using var engine = Create(new WebSoPostgreSqlOptions { Schema = schema, CreateSchema = false });
            await engine.OpenAsync(Canceled);

            await StoredEvents.AppendAsync(engine, Guid.NewGuid(), "1");
        }
        finally
        {
            await server.ExecuteAsync($"DROP SCHEMA IF EXISTS {schema} CASCADE");
        }
    }

    [Fact]
    public async Task Stats_MissingSchema_NamesCommandAndCreatesNothing()
    {
        var (exitCode, _, error) = await RunAtAsync(server.ConnectionString, "stats", "--schema", "nowhere");
        var (again, _, _) = await RunAtAsync(server.ConnectionString, "stats", "--schema", "nowhere");

        (exitCode, again).Should().Be((2, 2));
        error.Should().Contain("'webso-events inbox schema --postgres --schema nowhere'");
    }

    [Theory]
    [InlineData(null, "WEBSO_EVENTS_POSTGRES is not set")]
    [InlineData("postgresql://webso:" + Secret + "@db/webso?sslmode=require", "It is a URL")]
    [InlineData("Host=db;Password=x;" + Secret + "=1", "a keyword that Npgsql does not support")]
    [InlineData("Host=db;Port=" + Secret, "The value of 'port' is invalid")]
    [InlineData("Username=webso;Password=" + Secret, "It has no Host")]
    [InlineData("Host=127.0.0.1;Port=1;Username=webso;Password=" + Secret, "127.0.0.1:1")]
    public async Task Stats_InvalidConnection_FailsWithoutSecret(string? connection, string message)
    {
        var (exitCode, output, error) = await RunAtAsync(connection, "stats");

        exitCode.Should().Be(2);
        error.Should().Contain(message);
        (output + error).Should().NotContain(Secret).And.NotContain("   at ");
    }

    [Theory]
    [InlineData("--postgres --sqlite events.db", "Use either --sqlite or --postgres, not both.")]
    [InlineData("--json", "Use --sqlite with the file of the inbox, or --postgres.")]
    [InlineData("--sqlite events.db --schema a", "--schema requires --postgres. A SQLite file has no schemas.")]
    [InlineData("--postgres --schema a-b", "Invalid schema name 'a-b'")]
    public async Task Stats_ContradictingOptions_Fails(string options, string message)
    {
        var (exitCode, _, error) = await ToolProcess.RunAsync(Environment("Host=db"), ["inbox", "stats", .. options.Split(' ')]);

        exitCode.Should().NotBe(0);
        error.Should().Contain(message);
    }

    private InboxEngine Create(WebSoPostgreSqlOptions options) =>
        PostgreSqlInbox.CreateEngine(server.ConnectionString, options, TimeProvider.System, NullLogger.Instance);

    private static Dictionary<string, string?> Environment(string? connection) => new() { ["WEBSO_EVENTS_POSTGRES"] = connection };

    private Task<(int ExitCode, string Output, string Error)> RunAsync(string command, params string[] arguments) =>
        RunAtAsync(server.ConnectionString, command, ["--schema", _schema, .. arguments]);

    private static Task<(int ExitCode, string Output, string Error)> RunAtAsync(string? connection, string command, params string[] arguments) =>
        ToolProcess.RunAsync(Environment(connection), ["inbox", command, "--postgres", .. arguments]);
}
