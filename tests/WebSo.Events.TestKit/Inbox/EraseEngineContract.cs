using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>Erasing a document, and its log message.</summary>
public abstract class EraseEngineContract : EngineContract
{
    [Fact]
    public async Task Erase_Document_RemovesAllDeliveriesNotBeingHandled()
    {
        await AppendAsync(Delivery("1", endpoint: "b"));
        var handled = await AppendAsync(Delivery("1"));
        await CompleteAsync(await ClaimOneAsync(), "a");
        await PassLeaseAsync();
        await HandledAsync(await ClaimOneAsync());
        var running = await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync();
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("2"));

        (await EraseAsync("", "1")).Should().Be((2, 1));

        (await Engine.Reader.GetAsync(handled, Token)).Should().BeNull();
        (await ListAsync(new WebSoInboxFilter { EndpointName = "", DocumentId = "1" })).Select(entry => entry.DeliveryId).Should().Equal(running);
        (await HandledAsync(lease)).Should().BeTrue();
        (await EraseAsync("", "1")).Should().Be((1, 0));
        (await CountAllAsync()).Should().Be(2);
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Erase_WaitingDelivery_KeepsTheOrderOfTheOthers()
    {
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("2"));

        (await EraseAsync(null, "1")).Should().Be((2, 0));
        await CheckInvariantsAsync();
        var later = await AppendAsync(Delivery("1"));

        (await HandleAllAsync()).Select(lease => lease.DocumentId).Should().BeEquivalentTo("1", "2");
        (await ListAsync(new WebSoInboxFilter { DocumentId = "1" })).Select(entry => entry.DeliveryId).Should().Equal(later);
    }

    // The log is kept longer than the document, so it must not contain the document ID.
    [Fact]
    public async Task Erase_Document_LogsCountAndHashOnce()
    {
        const string Document = "customer-4711";
        await AppendAsync(Delivery(Document));
        await AppendAsync(Delivery(Document));
        var running = await ClaimOneAsync();

        await Engine.EraseAsync("", Document, Token);

        var line = Log.Messages("Erased").Should().ContainSingle().Subject;
        line.Should().Contain("Erased deliveries: 1.").And.Contain("not erased: 1.").And.Contain("Result: ").And.NotContain(Document);
        line.Should().Contain(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Document)))[..16]);
        await HandledAsync(running);
    }

    [Fact]
    public async Task Erase_CopiesMayRemain_LogsAWarningWithTheFix()
    {
        await AppendAsync(Delivery("1"));

        var (_, _, traces) = await Engine.EraseAsync(null, "1", Token);

        Log.Levels("Erased").Should().Equal(traces is null ? LogLevel.Information : LogLevel.Warning);
        Log.Messages("Erased").Should().ContainSingle().Which.Should().EndWith("Result: " + (traces ?? "complete"));
    }

    [Fact]
    public async Task Erase_UnknownDocument_IsLogged()
    {
        (await EraseAsync(null, "none")).Should().Be((0, 0));

        Log.Messages("Erased").Should().ContainSingle().Which.Should().Contain("Erased deliveries: 0.");
    }

    private async Task<(long Erased, long BeingHandled)> EraseAsync(string? endpoint, string document)
    {
        var (erased, beingHandled, _) = await Engine.EraseAsync(endpoint, document, Token);
        return (erased, beingHandled);
    }
}
