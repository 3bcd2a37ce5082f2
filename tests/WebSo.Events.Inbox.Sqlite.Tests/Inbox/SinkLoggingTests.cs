using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using WebSo.Events.Inbox.Contracts;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

/// <summary>What the sink of an inbox logs: a flood is counted, and a log that fails changes no answer.</summary>
public sealed class SinkLoggingTests : IAsyncDisposable
{
    private static readonly TimeSpan s_storeTimeout = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly TempFolder _folder = new();
    private readonly TestLog _log = new();
    private readonly UnavailableStore _store;

    public SinkLoggingTests() => _store = new UnavailableStore(new SqliteInboxStore(_folder.File(), _time));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Repeat")]
    [InlineData("StoreUnavailable")]
    [InlineData("StoreTimedOut")]
    [InlineData("MalformedKept")]
    public async Task AnyKind_ManyCallsThenNone_IsOneLineAtOnceAndTheCountAfterAMinute(string kind)
    {
        await using var services = await StartAsync(_log);
        if (kind == "Repeat")
            await PostAsync(services, InboxHost.Finish("1"));
        _store.Failure = kind switch
        {
            "StoreUnavailable" => new WebSoInboxUnavailableException("The disk\r\nis full."),
            "StoreTimedOut" => new OperationCanceledException(),
            _ => null,
        };

        for (var i = 0; i < 38; i++)
            await PostAsync(services, kind == "MalformedKept" ? $"no event {i}" : InboxHost.Finish("1"));
        var first = _log.Of(kind);
        _time.Advance(TimeSpan.FromMinutes(1));

        first.Should().ContainSingle().Which.Should().MatchRegex(@"kind: 1\b").And.NotContain("\n");
        _log.Of(kind).Should().HaveCount(2).And.Subject.Last().Should().MatchRegex(@"kind: 37\b");
    }

    [Theory]
    [InlineData("IsEnabled")]
    [InlineData("Log")]
    [InlineData("BeginScope")]
    [InlineData("EndScope")]
    public async Task AnyOutcome_LoggerThrows_IsAnsweredAsWithoutIt(string member)
    {
        using var log = new ThrowingLog(member);
        await using var services = await StartAsync(log);

        var outcomes = new List<WebSoOutcome>
        {
            await PostAsync(services, InboxHost.Finish("1")),
            await PostAsync(services, InboxHost.Finish("1")),
            await PostAsync(services, "no event"),
        };
        _store.Failure = new WebSoInboxUnavailableException("The disk is full.");
        outcomes.Add(await PostAsync(services, InboxHost.Finish("2")));
        _store.Failure = new OperationCanceledException();
        outcomes.Add(await PostAsync(services, InboxHost.Finish("3")));

        outcomes.Should().Equal(WebSoOutcome.Stored, WebSoOutcome.Repeat, WebSoOutcome.MalformedKept, WebSoOutcome.Unavailable, WebSoOutcome.Unavailable);
        if (member is "IsEnabled" or "Log")
            log.Thrown.Should().BePositive();
    }

    private async Task<ServiceProvider> StartAsync(ILoggerProvider log)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddWebSoEvents().AddHandler<WebSoEvent>("a", (_, _, _) => default).UseInbox(_ => _store, inbox => inbox.StoreTimeout = s_storeTimeout);
        await _store.OpenAsync(Token);
        return services.BuildServiceProvider();
    }

    private async Task<WebSoOutcome> PostAsync(ServiceProvider services, string body)
    {
        var receiving = services.GetRequiredService<WebSoEventReceivers>().Get("").ReceiveAsync(new FakeRequest(body), Token);
        if (_store.Failure is OperationCanceledException)
            _time.Advance(s_storeTimeout);
        var receipt = await receiving;
        receipt.Answered();
        return receipt.Outcome;
    }

    // A store that is full, or that does not answer until the caller gives up.
    private sealed class UnavailableStore(IWebSoInboxStore store) : DelegatingStore(store)
    {
        public Exception? Failure { get; set; }

        public override async ValueTask<WebSoInboxAppendResult> AppendAsync(WebSoInboxAppend append, CancellationToken cancellationToken)
        {
            if (Failure is OperationCanceledException)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            if (Failure is { } failure)
                throw failure;
            return await base.AppendAsync(append, cancellationToken);
        }
    }
}
