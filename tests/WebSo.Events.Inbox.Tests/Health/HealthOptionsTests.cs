using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// The options of the health check, and setups that stop the start.
public sealed class HealthOptionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_CheckForAnEndpointWithoutInbox_FailsWithTheCallToAdd()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddWebSoEvents("production");
        builder.Services.AddHealthChecks().AddWebSoInbox("production");
        using var host = builder.Build();

        var start = () => host.StartAsync(Token);

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*services.AddWebSoEvents(\"production\").UseSqliteInbox*");
    }

    public static TheoryData<string, string, string> WrongOptions => new()
    {
        { "HealthMaxDeadLetters", "-1", "HealthMaxDeadLetters is -1. Set a number from 0." },
        { "HealthMaxHeldDocuments", "-1", "HealthMaxHeldDocuments is -1. Set a number from 0." },
        { "HealthMaxStuckHandlers", "-1", "HealthMaxStuckHandlers is -1. Set a number from 0." },
        { "HealthMaxOldestAge", "00:00:00.5", "HealthMaxOldestAge is 00:00:00.5. Set a time from 00:00:01 to 365.00:00:00." },
        { "HealthMaxOldestAge", "366.00:00:00", "HealthMaxOldestAge is 366.00:00:00. Set a time from 00:00:01 to 365.00:00:00." },
        { "HealthTimeout", "00:00:00", "HealthTimeout is 00:00:00. Set a time from 00:00:00.01 to 00:01:00." },
        { "HealthTimeout", "00:01:01", "HealthTimeout is 00:01:01. Set a time from 00:00:00.01 to 00:01:00." },
        { "HealthMaxDeadLetters", "some", "HealthMaxDeadLetters is 'some'. Write a whole number." },
        { "HealthMaxHeldDocuments", "1.5", "HealthMaxHeldDocuments is '1.5'. Write a whole number." },
        { "HealthMaxOldestAge", "soon", "HealthMaxOldestAge is 'soon'. Write hh:mm:ss*" },
        { "HealthTimeout", "soon", "HealthTimeout is 'soon'. Write hh:mm:ss*" },
    };

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public async Task Start_InvalidHealthOption_FailsWithNameValueAndFix(string option, string value, string message)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration[$"WebSoEvents:Endpoints:a:Inbox:{option}"] = value;
        builder.Services.AddWebSoEvents("a").UseSqliteInbox(_folder.File());
        builder.Services.AddHealthChecks().AddWebSoInbox("a");
        using var host = builder.Build();

        var start = () => host.StartAsync(Token);

        (await start.Should().ThrowAsync<OptionsValidationException>())
            .Which.Failures.Should().ContainSingle().Which.Should().Match($"WebSoEvents:Endpoints:a:Inbox:*{message}");
    }

    [Fact]
    public async Task HealthOptions_InConfigurationAndCode_CodeWins()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["WebSoEvents:Inbox:HealthMaxDeadLetters"] = "1",
            ["WebSoEvents:Inbox:HealthMaxHeldDocuments"] = "2",
            ["WebSoEvents:Inbox:HealthMaxStuckHandlers"] = "5",
            ["WebSoEvents:Inbox:HealthMaxOldestAge"] = "00:03:00",
            ["WebSoEvents:Inbox:HealthTimeout"] = "00:00:04",
        }).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddWebSoEvents().UseSqliteInbox(_folder.File(), configure: options => options.HealthMaxDeadLetters = 7);
        services.AddHealthChecks().AddWebSoInbox();
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IOptionsMonitor<WebSoInboxOptions>>().CurrentValue.Should().BeEquivalentTo(new WebSoInboxOptions
        {
            HealthMaxDeadLetters = 7,
            HealthMaxHeldDocuments = 2,
            HealthMaxStuckHandlers = 5,
            HealthMaxOldestAge = TimeSpan.FromMinutes(3),
            HealthTimeout = TimeSpan.FromSeconds(4),
        });
    }
}
