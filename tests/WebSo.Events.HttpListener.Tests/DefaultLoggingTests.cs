using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

// A program without logging still gets warnings and errors.
public sealed class DefaultLoggingTests
{
    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithoutLogging_WritesHostileTextAsOneSafeLine()
    {
        var written = new StringWriter();
        var prefix = Loopback.FreePrefix();
        await using var listener = WebSoEventListener.Start(prefix, builder =>
        {
            builder.Services.Configure<WebSoEventsOptions>(options => options.AllowAnonymousCalls = true);
            builder.Services.AddKeyedSingleton<IEventSink>("", (provider, _) =>
            {
                var logger = provider.GetRequiredService<ILogger<DefaultLoggingTests>>();
                return new RecordingSink(_ =>
                {
                    logger.LogWarning(new InvalidOperationException("cause\r\nforged\u001b"), "hostile {Text}", "a\u001b[2J\r\nerror: forged\u202e\ud800\u2028" + new string('x', 10_000));
                    return Task.FromResult(new Receipt(ReceiveOutcome.Handled));
                });
            });
        });
        using var client = new HttpClient();

        // Other tests of this process can write at the same time. Their lines are ignored below.
        var error = Console.Error;
        Console.SetError(TextWriter.Synchronized(written));
        try
        {
            using var answer = await client.PostAsync(new Uri(prefix), new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);
        }
        finally
        {
            Console.SetError(error);
        }

        var line = written.ToString().Split(Environment.NewLine).Should().ContainSingle(line => line.Contains("hostile")).Which;
        line.Should().StartWith("warning: WebSo.Events.DefaultLoggingTests[0] hostile a?[2J??error: forged???xxx").And.EndWith("...");
        line.Length.Should().BeLessThan(4200);
    }

    [Fact]
    public async Task Start_WithoutLogging_GivesHandlersALogger()
    {
        var handled = new TaskCompletionSource<ILogger>();
        var prefix = Loopback.FreePrefix();
        await using var listener = WebSoEventListener.Start(prefix, builder =>
        {
            builder.Services.AddSingleton(handled);
            builder.Services.Configure<WebSoEventsOptions>(options => options.AllowAnonymousCalls = true);
            builder.AddHandler<WebSoEvent, LoggingHandler>();
        });

        using var client = new HttpClient();
        using var answer = await client.PostAsync(new Uri(prefix), new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await handled.Task.WaitAsync(TimeSpan.FromSeconds(30), Canceled)).Should().NotBeNull();
    }

    [Fact]
    public async Task Start_WithLoggingProvider_AddsNoOther()
    {
        var log = new TestLog();
        IReadOnlyList<ILoggerProvider> providers = [];
        await using var listener = WebSoEventListener.Start(Loopback.FreePrefix(), builder =>
        {
            builder.Services.Configure<WebSoEventsOptions>(options => options.AllowAnonymousCalls = true);
            builder.Services.AddLogging(logging => logging.AddProvider(log));
            builder.Services.AddOptions<Probe>().Configure<IEnumerable<ILoggerProvider>>((_, all) => providers = [.. all]).ValidateOnStart();
        });

        providers.Should().Equal(log);
    }

    private sealed class Probe;

    private sealed class LoggingHandler : IWebSoEventHandler<WebSoEvent>
    {
        public LoggingHandler(ILogger<LoggingHandler> logger, TaskCompletionSource<ILogger> created) => created.TrySetResult(logger);

        public ValueTask HandleAsync(WebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken) => default;
    }
}
