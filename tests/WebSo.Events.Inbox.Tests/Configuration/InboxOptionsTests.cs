using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

public sealed class InboxOptionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Invalid => new()
    {
        { "StoreTimeout=00:00:00", "StoreTimeout is 00:00:00. Set a time from 00:00:00.001 to 01:00:00." },
        { "StoreTimeout=01:00:01", "StoreTimeout is 01:00:01. Set a time from" },
        { "DuplicateWindow=-00:00:01", "DuplicateWindow is '-00:00:01'. Write hh:mm:ss" },
        { "DuplicateWindow=60", "DuplicateWindow is '60'. A number has no unit: write 00:01:00 for 60 seconds" },
        { "DuplicateWindows:USER_FINISHED=00:00:10", "DuplicateWindows has the event 'USER_FINISHED', which the endpoint does not know. Did you mean USER_FINISH?" },
        { "DuplicateWindows:user_finish=00:00:10", "DuplicateWindows has the event 'user_finish'" },
        { "DuplicateWindows=00:00:10", "DuplicateWindows is a single value. Write an object with one time per event name" },
        { "DuplicateWindows:0=00:00:10", "DuplicateWindows is a list. Write an object with one time per event name" },
        { "DuplicateWindows:USER_FINISH:0=00:00:10", "DuplicateWindows:USER_FINISH is a list or a section. Write a single value." },
        { "MaxRetryDuration=48:00:00", "MaxRetryDuration is '48:00:00'. Hours go up to 23: write 2.00:00:00." },
        { "StoreTimeouts=00:00:10", "Inbox:StoreTimeouts is not a known key, so it would be ignored. Did you mean StoreTimeout?" },
        { "Duplicates=true", "Inbox:Duplicates is not a known key" },
        { "MaxConcurrency:0=1", "MaxConcurrency is a list or a section. Write a single value." },
        { "Health:MaxDeadLetters=1", "Inbox:Health is not a known key" },
        { "DuplicateWindow=1.00:00:01", "DuplicateWindow is 1.00:00:01. Set a time from" },
        { "DuplicateWindows:USER_FINISH=1.00:00:01", "DuplicateWindows['USER_FINISH'] is 1.00:00:01. Set a time from" },
        { "DuplicateWindows:USER_FINISH=soon", "DuplicateWindows:USER_FINISH is 'soon'. Write hh:mm:ss" },
        { "MaxConcurrency=0", "MaxConcurrency is 0. Set a number from 1 to 1000." },
        { "MaxConcurrency=1001", "MaxConcurrency is 1001. Set a number from" },
        { "MaxConcurrency=many", "MaxConcurrency is 'many'. Write a whole number." },
        { "RetryDelay=00:00:00", "RetryDelay is 00:00:00. Set a time from 00:00:00.001 to 00:05:00." },
        { "RetryDelay=00:05:01", "RetryDelay is 00:05:01. Set a time from" },
        { "MaxRetryDelay=1.00:00:01", "MaxRetryDelay is 1.00:00:01. Set a time from" },
        { "MaxRetryDuration=-00:00:01", "MaxRetryDuration is '-00:00:01'. Write hh:mm:ss" },
        { "MaxRetryDuration=366.00:00:00", "MaxRetryDuration is 366.00:00:00. Set a time from 00:00:00 to 365.00:00:00." },
        { "DrainTimeout=-00:00:01", "DrainTimeout is '-00:00:01'. Write hh:mm:ss" },
        { "DrainTimeout=01:00:01", "DrainTimeout is 01:00:01. Set a time from 00:00:00 to 01:00:00." },
        { "PollInterval=00:00:00.009", "PollInterval is 00:00:00.009. Set a time from 00:00:00.01 to 00:01:00." },
        { "PollInterval=00:01:01", "PollInterval is 00:01:01. Set a time from" },
        { "Retention=00:00:59", "Retention is 00:00:59. Set a time from 00:01:00 to 3650.00:00:00, or infinite" },
        { "Retention=3651.00:00:00", "Retention is 3651.00:00:00. Set a time from" },
        { "UnhandledRetention=00:00:59", "UnhandledRetention is 00:00:59. Set a time from" },
        { "MaxPendingCount=0", "MaxPendingCount is 0. Set a number from 1 to 1000000000." },
        { "HoldDocumentAfterDeadLetter=yes", "HoldDocumentAfterDeadLetter is 'yes'. Write true or false." },
        { "UnhandledRetention=3651.00:00:00", "UnhandledRetention is 3651.00:00:00. Set a time from" },
        { "MaxUnhandledCount=-1", "MaxUnhandledCount is -1. Set a number from 0 to 1000000." },
        { "MaxUnhandledCount=1000001", "MaxUnhandledCount is 1000001. Set a number from" },
        { "MaxUnhandledBytes=-1", "MaxUnhandledBytes is -1. Set a number from 0" },
        { "MaxMalformedCount=-1", "MaxMalformedCount is -1. Set a number from 0 to 1000000." },
        { "MaxMalformedCount=1000001", "MaxMalformedCount is 1000001. Set a number from" },
        { "MaxMalformedBytes=-1", "MaxMalformedBytes is -1. Set a number from 0" },
        { "MaxMalformedBytes=9223372036854775808", "MaxMalformedBytes is '9223372036854775808'. Write a whole number." },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task Start_InvalidOption_FailsWithPathValueAndFix(string setting, string message)
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
    public async Task Start_InfiniteRetention_Succeeds(string option)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration[$"WebSoEvents:Inbox:{option}"] = "infinite";
        builder.Services.AddWebSoEvents().UseSqliteInbox(_folder.File());
        using var host = builder.Build();

        await host.StartAsync(Token);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Start_InboxOfAGivenSection_IsBound()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["Hooks:Filter"] = "USER_FINISH";
        builder.Configuration["Hooks:Inbox:MaxConcurrency"] = "7";
        builder.Configuration["Hooks:Inbox:HealthMaxDeadLetters"] = "8";
        builder.Services.AddWebSoEvents(builder.Configuration.GetSection("Hooks")).UseSqliteInbox(_folder.File());
        builder.Services.AddHealthChecks().AddWebSoInbox();
        using var host = builder.Build();

        await host.StartAsync(Token);

        var options = host.Services.GetRequiredService<IOptionsMonitor<WebSoInboxOptions>>().CurrentValue;
        (options.MaxConcurrency, options.HealthMaxDeadLetters).Should().Be((7, 8));
        await host.StopAsync(Token);
    }

    [Theory]
    [InlineData("Hooks:Inbox:StoreTimeouts", "Hooks:Inbox:StoreTimeouts is not a known key")]
    [InlineData("Hooks:Inbox:HealthMaxDeadLetter", "Hooks:Inbox:HealthMaxDeadLetter is not a known key, so it would be ignored. Did you mean HealthMaxDeadLetters?")]
    [InlineData("Hooks:Inbox", "Hooks:Inbox is a single value. Write a section with the keys StoreTimeout")]
    public async Task Start_InvalidInboxKeyInAGivenSection_FailsWithItsPath(string key, string problem)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["Hooks:Filter"] = "USER_FINISH";
        builder.Configuration[key] = "1";
        builder.Services.AddWebSoEvents(builder.Configuration.GetSection("Hooks")).UseSqliteInbox(_folder.File());
        builder.Services.AddHealthChecks().AddWebSoInbox();
        using var host = builder.Build();

        var start = () => host.StartAsync(Token);

        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().ContainSingle().Which.Should().StartWith(problem);
    }

    [Fact]
    public async Task Start_UnknownKeysInSeveralSections_AreReportedTogether()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["WebSoEvents:Filters"] = "1";
        builder.Configuration["WebSoEvents:Inbox:Retentions"] = "1";
        builder.Services.AddWebSoEvents().UseSqliteInbox(_folder.File());
        using var host = builder.Build();

        var start = () => host.StartAsync(Token);

        var failure = (await start.Should().ThrowAsync<AggregateException>()).Which.InnerExceptions.Cast<OptionsValidationException>();
        failure.SelectMany(each => each.Failures).Select(each => each.Split(' ')[0]).Should().BeEquivalentTo("WebSoEvents:Filters", "WebSoEvents:Inbox:Retentions");
    }
}
