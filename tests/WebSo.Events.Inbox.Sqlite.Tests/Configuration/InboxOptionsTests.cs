using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

public sealed class InboxOptionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Invalid => new()
    {
        { "StoreTimeout=00:00:00", "StoreTimeout is 00:00:00: give a time from 00:00:00.0010000 to 01:00:00." },
        { "StoreTimeout=01:00:01", "StoreTimeout is 01:00:01: give a time from" },
        { "DuplicateWindow=-00:00:01", "DuplicateWindow is -00:00:01: give a time from 00:00:00 to 1.00:00:00." },
        { "DuplicateWindow=1.00:00:01", "DuplicateWindow is 1.00:00:01: give a time from" },
        { "DuplicateWindows:USER_FINISH=1.00:00:01", "DuplicateWindows['USER_FINISH'] is 1.00:00:01: give a time from" },
        { "DuplicateWindows:USER_FINISH=soon", "DuplicateWindows:USER_FINISH is 'soon': give a time as hh:mm:ss." },
        { "MaxConcurrency=0", "MaxConcurrency is 0: give a number from 1 to 1000." },
        { "MaxConcurrency=1001", "MaxConcurrency is 1001: give a number from" },
        { "MaxConcurrency=many", "MaxConcurrency is 'many': give a whole number." },
        { "RetryDelay=00:00:00", "RetryDelay is 00:00:00: give a time from 00:00:00.0010000 to 00:05:00." },
        { "RetryDelay=00:05:01", "RetryDelay is 00:05:01: give a time from" },
        { "MaxRetryDelay=1.00:00:01", "MaxRetryDelay is 1.00:00:01: give a time from" },
        { "GiveUpAfter=-00:00:01", "GiveUpAfter is -00:00:01: give a time from 00:00:00 to 365.00:00:00." },
        { "GiveUpAfter=366.00:00:00", "GiveUpAfter is 366.00:00:00: give a time from" },
        { "StopTimeout=-00:00:01", "StopTimeout is -00:00:01: give a time from 00:00:00 to 01:00:00." },
        { "StopTimeout=01:00:01", "StopTimeout is 01:00:01: give a time from" },
        { "PollInterval=00:00:00.009", "PollInterval is 00:00:00.0090000: give a time from 00:00:00.0100000 to 01:00:00." },
        { "PollInterval=01:00:01", "PollInterval is 01:00:01: give a time from" },
        { "Retention=23:59:59", "Retention is 23:59:59: give a time from 1.00:00:00 to 3650.00:00:00." },
        { "Retention=3651.00:00:00", "Retention is 3651.00:00:00: give a time from" },
        { "UnhandledRetention=23:59:59", "UnhandledRetention is 23:59:59: give a time from" },
        { "UnhandledRetention=3651.00:00:00", "UnhandledRetention is 3651.00:00:00: give a time from" },
        { "MaxUnhandledCount=-1", "MaxUnhandledCount is -1: give a number from 0 to 1000000." },
        { "MaxUnhandledCount=1000001", "MaxUnhandledCount is 1000001: give a number from" },
        { "MaxUnhandledBytes=-1", "MaxUnhandledBytes is -1: give a number from 0" },
        { "MaxMalformedCount=-1", "MaxMalformedCount is -1: give a number from 0 to 1000000." },
        { "MaxMalformedCount=1000001", "MaxMalformedCount is 1000001: give a number from" },
        { "MaxMalformedBytes=-1", "MaxMalformedBytes is -1: give a number from 0" },
        { "MaxMalformedBytes=9223372036854775808", "MaxMalformedBytes is '9223372036854775808': give a whole number." },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task Start_WrongOption_FailsWithItsSectionNameValueAndMend(string setting, string message)
    {
        var pair = setting.Split('=');
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration[$"WebSoEvents:Endpoints:production:Inbox:{pair[0]}"] = pair[1];
        builder.Services.AddWebSoEvents("production").UseSqliteInbox(_folder.File());
        using var host = builder.Build();

        var start = () => host.StartAsync(Token);

        (await start.Should().ThrowAsync<OptionsValidationException>())
            .Which.Failures.Should().Contain(failure => failure.StartsWith("WebSoEvents:Endpoints:production:Inbox:") && failure.Contains(message));
    }

    [Theory]
    [InlineData("Retention")]
    [InlineData("UnhandledRetention")]
    public async Task Start_RetentionWithoutEnd_IsTaken(string option)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration[$"WebSoEvents:Inbox:{option}"] = "-00:00:00.001";
        builder.Services.AddWebSoEvents().UseSqliteInbox(_folder.File());
        using var host = builder.Build();

        await host.StartAsync(Token);
        await host.StopAsync(Token);
    }
}
