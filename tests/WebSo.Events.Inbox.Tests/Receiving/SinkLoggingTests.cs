using System.Data.Common;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

/// <summary>The log messages of the inbox sink: many messages are counted, and a failing log does not change the response.</summary>
public sealed class SinkLoggingTests : IAsyncDisposable
{
    private static readonly TimeSpan s_storeTimeout = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly TempFolder _folder = new();
    private readonly TestLog _log = new();
    private readonly FailingDialect _dialect;
    private readonly InboxEngine _engine;

    public SinkLoggingTests()
    {
        _dialect = new FailingDialect(new SqliteDialect(new SqliteFile(_folder.File(), allowUnsafeFileSystem: false)));
        _engine = new InboxEngine(_dialect, _time, NullLogger.Instance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Duplicate")]
    [InlineData("StoreUnavailable")]
    [InlineData("StoreTimedOut")]
    [InlineData("MalformedKept")]
    [InlineData("MalformedRefused")]
    [InlineData("BoundReached")]
    public async Task Log_ManyCallsThenNone_WritesOneMessageImmediatelyAndTheCountAfterAMinute(string kind)
    {
        await using var services = await StartAsync(_log, kind == "MalformedRefused" ? 0 : 100);
        if (kind == "Duplicate")
            await PostAsync(services, InboxHost.Finish("1"));
        if (kind == "StoreUnavailable")
            await _engine.DisposeAsync();
        _dialect.IsFailing = kind == "StoreTimedOut";
        _dialect.Shortage = kind == "BoundReached" ? "The disk\r\nis nearly full." : null;

        for (var i = 0; i < 38; i++)
            await PostAsync(services, kind.StartsWith("Malformed", StringComparison.Ordinal) ? $"no event {i}" : InboxHost.Finish("1"));
        var first = _log.Messages(kind);
        _time.Advance(TimeSpan.FromMinutes(1));

        first.Should().ContainSingle().Which.Should().MatchRegex(@"kind: 1\b").And.NotContain("\n");
        _log.Messages(kind).Should().HaveCount(2).And.Subject.Last().Should().MatchRegex(@"kind: 37\b");
    }

    [Theory]
    [InlineData("IsEnabled")]
    [InlineData("Log")]
    [InlineData("BeginScope")]
    [InlineData("EndScope")]
    public async Task Receive_LoggerThrows_ReturnsTheSameOutcome(string member)
    {
        using var log = new ThrowingLog(member);
        await using var services = await StartAsync(log);

        var outcomes = new List<ReceiveOutcome>
        {
            await PostAsync(services, InboxHost.Finish("1")),
            await PostAsync(services, InboxHost.Finish("1")),
            await PostAsync(services, "no event"),
        };
        _dialect.Shortage = "The disk is nearly full.";
        outcomes.Add(await PostAsync(services, InboxHost.Finish("2")));
        _dialect.Shortage = null;
        _dialect.IsFailing = true;
        outcomes.Add(await PostAsync(services, InboxHost.Finish("3")));
        _dialect.IsFailing = false;
        await _engine.DisposeAsync();
        outcomes.Add(await PostAsync(services, InboxHost.Finish("4")));

        outcomes.Should().Equal(
            ReceiveOutcome.Stored, ReceiveOutcome.Duplicate, ReceiveOutcome.MalformedKept, ReceiveOutcome.Unavailable, ReceiveOutcome.Unavailable, ReceiveOutcome.Unavailable);
        if (member is "IsEnabled" or "Log")
            log.Thrown.Should().BePositive();
    }

    private async Task<ServiceProvider> StartAsync(ILoggerProvider log, int maxMalformed = 100)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddWebSoEvents().AddHandler<WebSoEvent>("a", (_, _, _) => default).UseInbox(
            _ => _engine, inbox => (inbox.StoreTimeout, inbox.MaxMalformedCount, inbox.DuplicateWindow) = (s_storeTimeout, maxMalformed, TimeSpan.FromHours(1)));
        await _engine.OpenAsync(Token);
        return services.BuildServiceProvider();
    }

    private async Task<ReceiveOutcome> PostAsync(ServiceProvider services, string body)
    {
        var receiving = services.GetRequiredService<EventReceiverProvider>().Get("").ReceiveAsync(new TestRequest(body), Token);
        if (_dialect.IsFailing)
            _time.Advance(s_storeTimeout);
        return (await receiving).Outcome;
    }

    // Simulates a database that can't be written, or a disk that is nearly full.
    private sealed class FailingDialect(InboxDialect inner) : DelegatingDialect(inner)
    {
        public bool IsFailing { get; set; }

        public string? Shortage { get; set; }

        public override string? FindShortage() => Shortage;

        public override FailureKind Classify(Exception failure) => failure is IOException ? FailureKind.Unavailable : base.Classify(failure);

        public override DbConnection OpenWriter(bool canCreate) => IsFailing ? throw new IOException("The disk is full.") : base.OpenWriter(canCreate);

        public override void AfterCommit(DbConnection connection)
        {
            if (IsFailing)
                throw new IOException("The disk is full.");
            base.AfterCommit(connection);
        }
    }
}
