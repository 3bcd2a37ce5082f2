using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;
using static WebSo.Events.Tests.Reloads;

namespace WebSo.Events.Tests;

/// <summary>A reload with a missing or unreadable file or section opens nothing.</summary>
public sealed class MissingSourceReloadTests
{
    [Fact]
    public async Task Reload_ConfigurationFileMovedAway_StaysClosed()
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes("""{"WebSoEvents":{"BasicCredentials":{"foo":"secret"}}}"""));
        var configuration = new ConfigurationBuilder().AddJsonFile(file.Path, optional: true, reloadOnChange: true).Build();
        using var disposal = (IDisposable)configuration;
        await using var receiver = Start(configuration, "GuardsKept");
        await receiver.OutcomeOfAsync(Stranger());
        var reloaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>().OnChange((_, _) => reloaded.TrySetResult());

        File.Move(file.Path, file.Path + ".away");
        await reloaded.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:secret"))).Should().Be(ReceiveOutcome.Handled);
        File.Delete(file.Path + ".away");
    }

    [Theory]
    [InlineData("webso_events_url=https://host/")]
    [InlineData("")]
    [InlineData("webso_events_keys=X-Key,Y\nwebso_events_values=secret")]
    public async Task Reload_ServerConfigurationLosesHeaders_StaysClosed(string changed)
    {
        using var file = new TemporaryFile("webso_events_keys=X-Key\nwebso_events_values=secret"u8.ToArray());
        var configuration = Memory("WebSoEvents:ServerConfiguration=" + file.Path);
        await using var receiver = Start(configuration, "GuardsKept", "OptionsRefused");
        await receiver.OutcomeOfAsync(Stranger());

        await File.WriteAllTextAsync(file.Path, changed, TestContext.Current.CancellationToken);
        configuration.Reload();

        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().With("X-Key", "secret"))).Should().Be(ReceiveOutcome.Handled);
        receiver.Logs.Messages("GuardsKept").Should().ContainSingle();
    }

    // The filter and the retry delay also come from this file.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reload_UnreadableServerConfiguration_KeepsItsOptions(bool hasOtherGuard)
    {
        using var file = new TemporaryFile("webso_events_keys=X-Key\nwebso_events_values=secret\nwebso_events_retry=3000"u8.ToArray());
        var configuration = Memory("WebSoEvents:ServerConfiguration=" + file.Path + (hasOtherGuard ? $";{Password}=secret" : ""));
        await using var receiver = Start(configuration, "GuardsKept", "OptionsRefused");
        var monitor = receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>();
        var before = monitor.CurrentValue.ServerRetryDelay;

        File.Delete(file.Path);
        configuration.Reload();

        monitor.CurrentValue.ServerRetryDelay.Should().Be(before).And.Be(TimeSpan.FromSeconds(3));
        receiver.Logs.Messages("OptionsRefused").Should().ContainSingle().Which.Should().Contain("WebSoEvents:ServerConfiguration");
        receiver.Logs.Messages("GuardsKept").Should().ContainSingle();
        receiver.Get().HasKeptGuards.Should().BeTrue();
    }

    [Fact]
    public async Task Reload_SectionRemoved_KeepsItsOptions()
    {
        var configuration = Memory("Hooks:BasicCredentials:foo=secret;Hooks:Filter=USER_FINISH");
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents(configuration.GetSection("Hooks")).OnEvent(_ => { }));
        receiver.Logs.ExpectError("GuardsKept", "OptionsRefused");
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn).WithBasic("foo:secret"))).Should().Be(ReceiveOutcome.Filtered);

        Set(configuration, "Hooks:BasicCredentials:foo;Hooks:Filter");

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn).WithBasic("foo:secret"))).Should().Be(ReceiveOutcome.Filtered);
        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(ReceiveOutcome.Unauthorized);
    }
}
