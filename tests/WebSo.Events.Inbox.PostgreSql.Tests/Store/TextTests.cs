using System.Security.Cryptography;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Text from callers must be stored exactly, including characters that PostgreSQL text can't contain.</summary>
public sealed class TextTests(PostgreSqlServer server) : DatabaseTest(server)
{
    public static TheoryData<string> Texts => new(
        "a\0b",
        "\0",
        "\uD83D",
        "\uDE00\uD83D",
        "\uD83D\uDE00 and \uD83D",
        "\u001A",
        "\u001A0000",
        "\u001A\0\u001A",
        "ä\u2028'\\\"$1@now");

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Text_AnyCharacters_IsReadBackAndFound(string text)
    {
        var id = await AppendAsync(Delivery(document: text, eventName: text, endpoint: text));
        await Engine.PauseAsync(text, Token);
        (await Engine.Reader.GetBacklogAsync(text, Token)).PausedEndpoints.Should().Equal(text);
        await Engine.ResumeAsync(text, Token);

        var lease = (await ClaimAsync(endpoint: text)).Should().ContainSingle().Subject;
        (await CompleteAsync(lease, text)).Should().BeTrue();
        (await FinishAsync(Engine, lease, WebSoInboxState.DeadLetter, text)).Should().BeTrue();

        lease.DocumentId.Should().Be(text);
        lease.EventName.Should().Be(text);
        lease.Context.EndpointName.Should().Be(text);
        var entry = (await ListAsync(new WebSoInboxFilter { EndpointName = text, DocumentId = text, EventName = text })).Should().ContainSingle().Subject;
        entry.DeliveryId.Should().Be(id);
        entry.LastError.Should().Be(text);
        (await DetailsAsync(id)).CompletedHandlers.Should().Equal(text);
    }

    // Random text can't be compressed to fit into an index page. In production, events with IDs of more than 256 characters do not get this
    // far.
    [Fact]
    public async Task Append_DocumentIdTooLongForIndex_FailsAlone()
    {
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN EXCLUSIVE MODE");
        var blocked = Engine.AppendAsync(Delivery("1"), Token);
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        var refused = () => Engine.AppendAsync(Delivery(RandomNumberGenerator.GetHexString(60_000)), Token);
        var refusal = refused.Should().ThrowAsync<WebSoInboxStoreException>();
        var others = Enumerable.Range(2, 3).Select(i => Engine.AppendAsync(Delivery($"{i}"), Token)).ToArray();
        await session.CommitAsync();

        await blocked;
        await refusal;
        (await Task.WhenAll(others)).Should().OnlyContain(result => !result.IsDuplicate);
        (await CountDeliveriesAsync()).Should().Be(4);
    }

    [Fact]
    public async Task Finish_ErrorOfMillionCharacters_IsKept()
    {
        var error = string.Concat(Enumerable.Repeat("ä\0", 500_000));
        var id = await AppendAsync(Delivery());

        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, error);

        (await EntryAsync(id)).LastError.Should().Be(error);
    }

    // The order of locks and pages must be the same in every process, independent of the collation of the database.
    [Fact]
    public async Task Names_AnyCollation_AreComparedByteByByte()
    {
        var collations = await Server.ReadAsync<string[]>(
            $"SELECT array_agg(DISTINCT collation_name::text) FROM information_schema.columns WHERE table_schema = '{Database.Schema}' AND column_name IN ('document', 'endpoint', 'queue', 'handler', 'name', 'event')");

        collations.Should().Equal("C");
    }
}
