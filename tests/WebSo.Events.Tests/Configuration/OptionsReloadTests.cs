using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class OptionsReloadTests
{
    private const string Filter = "WebSoEvents:Filter";
    private const string Size = "WebSoEvents:MaxBodySize";

    [Fact]
    public async Task Reload_ValidChange_TakesEffect()
    {
        var configuration = Memory((Filter, "STATUS_CHANGE"));
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn))).Should().Be(ReceiveOutcome.Filtered);

        configuration[Filter] = "RENDER_RETURN";
        configuration.Reload();

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn))).Should().Be(ReceiveOutcome.Handled);
    }

    [Fact]
    public async Task Reload_InvalidChange_DoesNotThrowAndKeepsLastValid()
    {
        var configuration = Memory((Filter, "STATUS_CHANGE"));
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        receiver.Logs.ExpectError("OptionsRefused");
        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));

        configuration[Filter] = "RENDER_RETURN";
        configuration[Size] = "1";
        var act = configuration.Reload;

        act.Should().NotThrow();
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange))).Should().Be(ReceiveOutcome.Handled);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn))).Should().Be(ReceiveOutcome.Filtered);
        receiver.Logs.Messages("OptionsRefused").Should().ContainSingle();
        receiver.Logs.Text.Should().Contain("MaxBodySize is 1");
    }

    [Fact]
    public async Task Reload_ValidAfterInvalid_TakesEffect()
    {
        var configuration = Memory((Filter, "STATUS_CHANGE"));
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        receiver.Logs.ExpectError("OptionsRefused");
        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));
        configuration[Size] = "no number";
        configuration.Reload();

        configuration[Size] = "1024";
        configuration[Filter] = "RENDER_RETURN";
        configuration.Reload();

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn))).Should().Be(ReceiveOutcome.Handled);
    }

    [Fact]
    public async Task Reload_MissingServerConfiguration_KeepsLastValid()
    {
        var file = new TemporaryFile("webso_events_filter=STATUS_CHANGE\nwebso_events_keys=X-Key\nwebso_events_values=secret"u8.ToArray());
        var configuration = Memory(("WebSoEvents:ServerConfiguration", file.Path));
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        receiver.Logs.ExpectError("GuardsKept", "OptionsRefused");
        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));

        file.Dispose();
        configuration.Reload();

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("X-Key", "secret"))).Should().Be(ReceiveOutcome.Handled);
    }

    [Fact]
    public async Task Reload_InvalidJsonFile_DoesNotThrowAndKeepsLastValid()
    {
        var token = TestContext.Current.CancellationToken;
        using var file = new TemporaryFile(Json("STATUS_CHANGE", 1024));
        var unobserved = new List<Exception>();
        void Keep(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Add(e.Exception);
        TaskScheduler.UnobservedTaskException += Keep;
        var configuration = new ConfigurationBuilder().AddJsonFile(file.Path, optional: false, reloadOnChange: true).Build();
        using var disposal = (IDisposable)configuration;
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        receiver.Logs.ExpectError("OptionsRefused");
        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));
        var monitor = receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>();

        await WriteAsync(Json("RENDER_RETURN", 1));
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange))).Should().Be(ReceiveOutcome.Handled);
        await WriteAsync(Json("RENDER_RETURN", 1024));
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange))).Should().Be(ReceiveOutcome.Filtered);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= Keep;
        unobserved.Should().BeEmpty();

        // The monitor reports each state, including refused ones.
        async Task WriteAsync(byte[] json)
        {
            var reloaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var watch = monitor.OnChange((_, _) => reloaded.TrySetResult());
            await File.WriteAllBytesAsync(file.Path, json, token);
            await reloaded.Task.WaitAsync(TimeSpan.FromSeconds(30), token);
        }
    }

    private static byte[] Json(string filter, int size) =>
        Encoding.UTF8.GetBytes($$$"""{"WebSoEvents":{"Filter":"{{{filter}}}","MaxBodySize":{{{size}}}}}""");

    private static IConfigurationRoot Memory(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
        .Build();
}
