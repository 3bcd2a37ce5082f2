using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Invalid settings throw at registration, before the host starts. The message names the setting and contains no secret.</summary>
public sealed class RegistrationTests
{
    private const string Connection = "Host=db;Username=webso";

    [Theory]
    [InlineData("", "The connection string of the inbox is empty. Check the configuration.")]
    [InlineData("Username=webso;Password=s3cr3t", "It has no Host.")]
    [InlineData("postgres://webso:s3cr3t@db/webso", "It is a URL")]
    [InlineData("Host=db;s3cr3t=1", "a keyword that Npgsql does not support")]
    [InlineData("Host=db;Timeout=s3cr3t", "The value of 'timeout' is invalid.")]
    [InlineData("Host=db;Multiplexing=true;Password=s3cr3t", "does not support Multiplexing")]
    [InlineData("Host=db;Maximum Pool Size=2;Password=s3cr3t", "Maximum Pool Size is 2, but an inbox needs at least 4 (2 without UseNotifications).")]
    public void UsePostgreSqlInbox_InvalidConnectionString_Throws(string connectionString, string message)
    {
        var builder = new ServiceCollection().AddWebSoEvents();

        var use = () => builder.UsePostgreSqlInbox(connectionString);

        use.Should().Throw<ArgumentException>().Which.ToString().Should().Contain(message).And.NotContain("s3cr3t");
    }

    [Fact]
    public void UsePostgreSqlInbox_PoolOfTwoWithoutNotifications_Succeeds()
    {
        var use = () => new ServiceCollection().AddWebSoEvents().UsePostgreSqlInbox(
            Connection + ";Maximum Pool Size=2", configureDatabase: options => options.UseNotifications = false);

        use.Should().NotThrow();
    }

    [Fact]
    public void UsePostgreSqlInbox_PoolOfDataSourceTooSmall_Throws()
    {
        using var source = NpgsqlDataSource.Create(Connection + ";Maximum Pool Size=2");

        var use = () => new ServiceCollection().AddWebSoEvents().UsePostgreSqlInbox(source);

        use.Should().Throw<ArgumentException>().WithMessage("*Maximum Pool Size*");
    }

    [Theory]
    [InlineData("Schema", "a-b", "Invalid schema name 'a-b'*")]
    [InlineData("Schema", "", "Invalid schema name ''*")]
    [InlineData("Schema", "1a", "Invalid schema name '1a'*")]
    [InlineData("OpenTimeout", "-00:00:01", "Invalid OpenTimeout -00:00:01*")]
    [InlineData("OpenTimeout", "01:00:01", "Invalid OpenTimeout 01:00:01*")]
    public void UsePostgreSqlInbox_OptionOutOfRange_Throws(string option, string value, string message)
    {
        var use = () => new ServiceCollection().AddWebSoEvents().UsePostgreSqlInbox(Connection, configureDatabase: options =>
        {
            var property = typeof(WebSoPostgreSqlOptions).GetProperty(option)!;
            property.SetValue(options, property.PropertyType == typeof(string) ? value : TimeSpan.Parse(value, null));
        });

        use.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void UsePostgreSqlInbox_SecondInbox_Throws()
    {
        var builder = new ServiceCollection().AddWebSoEvents().UsePostgreSqlInbox(Connection);

        var use = () => builder.UsePostgreSqlInbox(Connection);

        use.Should().Throw<InvalidOperationException>().WithMessage("An inbox was added twice for the default endpoint*");
    }
}
