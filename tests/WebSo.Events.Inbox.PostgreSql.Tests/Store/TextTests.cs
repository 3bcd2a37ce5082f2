using System.Security.Cryptography;
using FluentAssertions;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>What a stranger sends comes back as it was, also what a text of PostgreSQL can't hold.</summary>
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
        "ä\u2028'\\\"$1");

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Text_ComesBackAsItWas_AndIsFound(string text)
    {
        await using var store = await Database.OpenAsync();
        var id = await store.AppendAsync(Delivery(document: text, eventName: text, endpoint: text));
        await store.PauseAsync(text, Token);
        (await store.GetBacklogAsync(text, Token)).PausedEndpoints.Should().Equal(text);
        await store.ResumeAsync(text, Token);

        var claim = (await store.ClaimAsync(endpoint: text)).Should().ContainSingle().Subject;
        (await store.CompleteHandlerAsync(claim, text, Token)).Should().BeTrue();
        (await store.FinishAsync(claim, WebSoInboxState.DeadLetter, text, Token)).Should().BeTrue();

        claim.DocumentId.Should().Be(text);
        claim.EventName.Should().Be(text);
        claim.Context.EndpointName.Should().Be(text);
        var page = await store.ListAsync(new WebSoInboxFilter { EndpointName = text, DocumentId = text, EventName = text }, 10, null, Token);
        var entry = page.Entries.Should().ContainSingle().Subject;
        entry.DeliveryId.Should().Be(id);
        entry.LastError.Should().Be(text);
        (await store.GetAsync(id, Token))!.CompletedHandlers.Should().Equal(text);
    }

    // Random, so that no compression makes it fit into a page of an index.
    [Fact]
    public async Task DocumentIdOf60000Characters_IsAQueueAsAnyOther()
    {
        await using var store = await Database.OpenAsync();
        var document = RandomNumberGenerator.GetHexString(60_000);
        var first = await store.AppendAsync(Delivery(document, key: "a"));
        var second = await store.AppendAsync(Delivery(document, key: "b"));
        await store.AppendAsync(Delivery(document + "x", key: "c"));

        var heads = await store.ClaimAsync();
        await store.HandledAsync(heads[0]);
        var next = await store.ClaimOneAsync();

        heads.Select(claim => claim.DocumentId).Should().Equal(document, document + "x");
        heads[0].Context.DeliveryId.Should().Be(first);
        next.Context.DeliveryId.Should().Be(second);
        (await store.ListAsync(new WebSoInboxFilter { DocumentId = document }, 10, null, Token)).Entries.Should().HaveCount(2);
    }

    [Fact]
    public async Task ErrorOfAMillionCharacters_IsKept()
    {
        await using var store = await Database.OpenAsync();
        var error = string.Concat(Enumerable.Repeat("ä\0", 500_000));
        var id = await store.AppendAsync(Delivery());

        await store.FinishAsync(await store.ClaimOneAsync(), WebSoInboxState.DeadLetter, error, Token);

        (await store.EntryAsync(id)).LastError.Should().Be(error);
    }
}
