using System.Collections.Concurrent;
using System.Net;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

public sealed class UsePostgreSqlInboxTests(PostgreSqlServer server) : DatabaseTest(server)
{
    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Call_ValidEvent_IsStoredAndHandled()
    {
        var handled = new TaskCompletionSource<(string DocumentId, Guid DeliveryId)>();
        await using var host = await WebHost.StartAsync(services => services.AddWebSoEvents()
            .AddHandler<UserFinishEvent>("h", (e, context, _) =>
            {
                handled.TrySetResult((e.DocumentId, context.DeliveryId));
                return default;
            })
            .UsePostgreSqlInbox(Server.ConnectionString, configureDatabase: options => options.Schema = Database.Schema));

        var status = await host.PostAsync("27268");
        var repeat = await host.PostAsync("27268");

        (status, repeat).Should().Be((HttpStatusCode.OK, HttpStatusCode.OK));
        var (documentId, deliveryId) = await handled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        documentId.Should().Be("27268");
        await Eventually.TrueAsync(async () => (await host.Inbox.GetAsync(deliveryId, Token))!.Entry.State == WebSoInboxState.Handled, "handled");
        (await host.Inbox.GetAsync(deliveryId, Token))!.Entry.ReceiveCount.Should().Be(2);
    }

    [Fact]
    public async Task Endpoints_InOneDatabase_HandleOnlyTheirEvents()
    {
        var handled = new ConcurrentQueue<string>();
        await using var host = await WebHost.StartAsync(
            services =>
            {
                foreach (var name in (string[])["a", "b"])
                {
                    services.AddWebSoEvents(name)
                        .AddHandler<UserFinishEvent>("h", (e, context, _) =>
                        {
                            handled.Enqueue($"{context.EndpointName}:{e.DocumentId}");
                            return default;
                        })
                        .UsePostgreSqlInbox(Server.ConnectionString, configureDatabase: options => options.Schema = Database.Schema);
                }
            },
            app =>
            {
                app.MapWebSoEvents("/a", "a");
                app.MapWebSoEvents("/b", "b");
            });

        await host.PostAsync("/a", "1");
        await host.PostAsync("/b", "1");

        await Eventually.TrueAsync(() => handled.Count == 2, "both are handled");
        handled.Should().BeEquivalentTo("a:1", "b:1");
        (await host.InboxOf("a").ListAsync(new WebSoInboxFilter(), 10, null, Token)).Entries.Should().ContainSingle();
    }

    [Fact]
    public async Task Stop_DataSourceOfCaller_IsNotDisposed()
    {
        await using var source = NpgsqlDataSource.Create(Server.ConnectionString);
        await using (var host = await WebHost.StartAsync(services => services.AddWebSoEvents()
            .UsePostgreSqlInbox(source, configureDatabase: options => options.Schema = Database.Schema)))
        {
            (await host.PostAsync("1")).Should().Be(HttpStatusCode.OK);
        }

        await using var command = source.CreateCommand($"SELECT count(*) FROM {Deliveries}");
        (await command.ExecuteScalarAsync(Token)).Should().Be(1L);
    }

    [Theory]
    [InlineData("Port", "1", "127.0.0.1:1")]
    [InlineData("Database", "nowhere", "Create the database, or correct its name in the connection string.")]
    [InlineData("Username", "nobody-there", "Check the user name and the password")]
    public async Task Start_WrongConnection_FailsWithoutPassword(string keyword, string value, string message)
    {
        var settings = new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Password = "s3cr3t-word", [keyword] = value };

        var failure = await StartFailsAsync(settings.ConnectionString);

        failure.Message.Should().Contain(message);
        failure.ToString().Should().NotContain("s3cr3t-word");
    }

    [Fact]
    public async Task Start_WrongPassword_FailsWithoutPassword()
    {
        Assert.SkipUnless(Server.CanRestart, "The tests did not start this server, so it might not ask for a password.");
        await Server.ExecuteAsync($"CREATE ROLE {PostgreSqlServer.PasswordRole} LOGIN PASSWORD 'right'");
        var settings = new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Username = PostgreSqlServer.PasswordRole, Password = "s3cr3t-word" };

        var failure = await StartFailsAsync(settings.ConnectionString);

        failure.Message.Should().Contain("password authentication failed").And.Contain("Check the user name and the password");
        failure.ToString().Should().NotContain("s3cr3t-word");
    }

    [Fact]
    public async Task Start_MissingSchemaWithoutCreateSchema_NamesCommand()
    {
        var failure = await StartFailsAsync(Server.ConnectionString, options => options.CreateSchema = false);

        failure.Message.Should().Contain($"'webso-events inbox schema --postgres --schema {Database.Schema}'");
        (await Server.ReadAsync<bool>($"SELECT to_regnamespace('{Database.Schema}') IS NULL")).Should().BeTrue();
    }

    [Fact]
    public async Task Start_NewerVersion_FailsAndChangesNothing()
    {
        await (await Database.OpenAsync()).DisposeAsync();
        await Server.ExecuteAsync($"UPDATE {Database.Schema}.webso_endpoints SET schema_version = 99");

        var failure = await StartFailsAsync(Server.ConnectionString);

        failure.Message.Should().Contain("schema version 99").And.Contain("Update this program");
    }

    // The server reads its clock when it executes the statement, which is after the lock is released. The program would have read its clock
    // before.
    [Fact]
    public async Task Append_DefaultClock_UsesDatabaseTime()
    {
        await using var host = await WebHost.StartAsync(services => services.AddWebSoEvents()
            .UsePostgreSqlInbox(Server.ConnectionString, configureDatabase: options => options.Schema = Database.Schema));
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Database.Schema}.webso_endpoints IN ACCESS EXCLUSIVE MODE");

        var call = host.PostAsync("1");
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        var before = await session.ReadAsync<DateTime>("SELECT clock_timestamp()");
        await session.CommitAsync();
        await call;

        (await Server.ReadAsync<DateTime>($"SELECT last_seen_at FROM {Duplicates}")).Should().BeAfter(before);
    }

    private async Task<WebSoInboxStoreException> StartFailsAsync(string connectionString, Action<WebSoPostgreSqlOptions>? configure = null)
    {
        var start = () => WebHost.StartAsync(services => services.AddWebSoEvents().UsePostgreSqlInbox(connectionString, configureDatabase: options =>
        {
            options.Schema = Database.Schema;
            options.OpenTimeout = TimeSpan.Zero;
            configure?.Invoke(options);
        }));
        return (await start.Should().ThrowAsync<WebSoInboxStoreException>()).Which;
    }
}
