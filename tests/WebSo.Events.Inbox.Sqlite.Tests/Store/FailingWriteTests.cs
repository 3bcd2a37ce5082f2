using FluentAssertions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// A failed write must affect only its own caller.
public sealed class FailingWriteTests : EngineContract
{
    private const int Limit = 20_000;
    private const string Flaw = "CREATE TRIGGER flaw BEFORE INSERT ON webso_deliveries WHEN NEW.document = 'flaw' BEGIN SELECT abs(-9223372036854775808); END";

    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Append_OneOfBatchFails_StoresOthers()
    {
        TestFile.Execute(_folder.File(), Flaw);

        var flawed = async () => await Engine.AppendAsync(Delivery("flaw"), Token);
        var failing = flawed.Should().ThrowAsync<WebSoInboxStoreException>();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => AppendAsync(Delivery($"{number}"))));

        (await failing).WithInnerException<SqliteException>();
        (await Engine.Reader.CountAsync(null, Token))[WebSoInboxState.Pending].Should().Be(20);
        await CheckInvariantsAsync();
    }

    // Like a quota, or an unreadable page of old rows: the error occurs on each removal and on no other write.
    [Fact(Timeout = Limit)]
    public async Task Purge_DiskError_FailsAndCallsAreStored()
    {
        var engine = await OpenAnotherAsync(new FailingDiskDialect(CreateDialect(Time)));
        await AppendAsync(engine, Delivery("1"));
        await FinishAsync(engine, (await ClaimAsync(engine))[0], WebSoInboxState.Handled);
        Time.Advance(TimeSpan.FromDays(2));
        TestFile.Execute(_folder.File(), "CREATE TRIGGER flaw BEFORE DELETE ON webso_deliveries BEGIN SELECT abs(-9223372036854775808); END");

        var purge = () => engine.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(1), 100, CancellationToken.None);

        (await purge.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*can't be written*overflow*");
        await AppendAsync(engine, Delivery("2"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("WriteFailed")]
    [InlineData("WriteRecovered")]
    public async Task Append_LoggerThrows_StoresEvent(string refused)
    {
        var log = new TestLog { Refused = [refused] };
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(log));
        await using var engine = new InboxEngine(CreateDialect(Time), Time, factory.CreateLogger("engine"));
        await engine.OpenAsync(Token);
        Task<AppendResult> first;
        using (TestFile.Lock(_folder.File()))
        {
            first = engine.AppendAsync(Delivery("1"), Token);
            await log.WaitForAsync("WriteFailed", Token);
        }

        for (var i = 0; i < 3; i++)
            (await engine.AppendAsync(Delivery("2"), Token)).IsDuplicate.Should().BeFalse();

        (await first).IsDuplicate.Should().BeFalse();
        (await engine.Reader.CountAsync(null, Token))[WebSoInboxState.Pending].Should().Be(4);
    }

    [Fact(Timeout = Limit)]
    public async Task Write_WithoutOptionalValues_DoesNotReusePreviousValues()
    {
        await AppendAsync(Delivery("1", key: "a", trace: new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=b")));
        var bare = new NewDelivery
        {
            Context = new WebSoEventContext
            {
                DeliveryId = Guid.CreateVersion7(),
                ReceivedAt = DateTimeOffset.UnixEpoch,
                EndpointName = "",
                RequestPath = "/",
                QueryString = "",
                RouteValues = new Dictionary<string, string>(),
                Body = "{}"u8.ToArray(),
            },
            EventName = "USER_FINISH",
            DocumentId = "2",
            State = WebSoInboxState.Pending,
        };

        await AppendAsync(bare);

        var context = (await DetailsAsync(bare.Context.DeliveryId)).Context;
        (context.CorrelationId, context.RemoteAddress, context.RouteValues.Count, context.QueryString).Should().Be((null, null, 0, ""));
        (await ClaimAsync()).Should().ContainSingle(lease => lease.DocumentId == "2").Which.Trace.Should().BeNull();
        TestFile.Read(_folder.File(), "SELECT count(*) FROM webso_deliveries WHERE document = '2' AND duplicate_key IS NULL").Should().Be(1L);
    }

    [Fact(Timeout = Limit)]
    public async Task Retry_MaximumDelay_IsNotDueNow()
    {
        var id = await AppendAsync(Delivery("1"));

        await RetryAsync(await ClaimOneAsync(), TimeSpan.MaxValue, "later");

        (await ClaimAsync()).Should().BeEmpty();
        (await EntryAsync(id)).State.Should().Be(WebSoInboxState.Pending);
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => new SqliteDialect(new SqliteFile(_folder.File()));

    private sealed class FailingDiskDialect(InboxDialect inner) : DelegatingDialect(inner)
    {
        public override FailureKind Classify(Exception failure) =>
            failure.Message.Contains("overflow", StringComparison.Ordinal) ? FailureKind.Unavailable : base.Classify(failure);
    }
}
