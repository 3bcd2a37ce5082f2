using FluentAssertions;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

public sealed class ConnectionDefaultsTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Theory]
    [InlineData("", true)]
    [InlineData(";Max Auto Prepare=0", false)]
    [InlineData(";MAX AUTO PREPARE=0;Keepalive=0;Write Buffer Size=8192", false)]
    public async Task StatementsArePrepared_UnlessSwitchedOff(string given, bool arePrepared)
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using (var store = await Database.OpenAsync(Server.ConnectionTo(proxy.Port) + given, configure: options => options.UseNotifications = false))
        {
            for (var i = 0; i < 4; i++)
                await store.AppendAsync(Delivery());
        }

        // The name that Npgsql gives to a statement that it prepares by itself.
        proxy.Sent.Contains("_auto", StringComparison.Ordinal).Should().Be(arePrepared);
    }
}
