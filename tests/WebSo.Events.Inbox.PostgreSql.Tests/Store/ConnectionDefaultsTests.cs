using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

public sealed class ConnectionDefaultsTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Theory]
    [InlineData("", true)]
    [InlineData(";Max Auto Prepare=0", false)]
    [InlineData(";MAX AUTO PREPARE=0;Keepalive=0;Write Buffer Size=8192", false)]
    public async Task AutoPrepare_BySetting_PreparesStatements(string given, bool arePrepared)
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using (var engine = await Database.OpenAsync(Server.ConnectionTo(proxy.Port) + given, configure: options => options.UseNotifications = false))
        {
            for (var i = 0; i < 4; i++)
                await AppendAsync(engine, Delivery());
        }

        // Npgsql uses this prefix for statements that it prepares automatically.
        proxy.Sent.Contains("_auto", StringComparison.Ordinal).Should().Be(arePrepared);
    }

    // A pooler in transaction mode would leave session settings, listeners, and session locks to the next client.
    [Fact]
    public async Task Session_WithoutNotifications_LeavesNoState()
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using (var engine = await Database.OpenAsync(Server.ConnectionTo(proxy.Port) + ";Max Auto Prepare=0", configure: options => options.UseNotifications = false))
        {
            await AppendAsync(engine, Delivery());
            await FinishAsync(engine, await ClaimOneAsync(engine), WebSoInboxState.Handled);
            await engine.Reader.CountAsync(null, Token);
        }

        proxy.Sent.Should().NotContain("LISTEN").And.NotContain("pg_advisory_lock").And.NotContain("\0SET ").And.NotContain("PREPARE").And.NotContain("TEMP");
        proxy.Sent.Should().NotContain(", false)", "settings end with their transaction");
    }

    [Theory]
    [InlineData("Maximum Pool Size=3", true, "*Maximum Pool Size is 3*at least 4 (2 without UseNotifications)*")]
    [InlineData("Maximum Pool Size=1", false, "*Maximum Pool Size is 1*at least 2 (4 with UseNotifications)*")]
    [InlineData("Multiplexing=true", true, "*Multiplexing*")]
    public void CreateEngine_UnsupportedSettings_Throws(string given, bool useNotifications, string message)
    {
        var create = () => PostgreSqlInbox.CreateEngine(
            "Host=localhost;" + given, Database.Options(options => options.UseNotifications = useNotifications), TimeProvider.System, new TestLog());

        create.Should().Throw<ArgumentException>().WithMessage(message);
    }
}
