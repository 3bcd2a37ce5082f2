using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

public sealed class DuplicateKeyTests
{
    [Fact]
    public void Of_SameCall_IgnoresAllOtherProperties() => DuplicateKey.Of(Context()).Should().Equal(
        DuplicateKey.Of(Context(attempt: 3))).And.HaveCount(NewDelivery.KeyLength);

    [Fact]
    public void Of_CallsThatDifferInOnePart_AreDifferent()
    {
        WebSoEventContext[] calls =
        [
            Context(), Context(endpoint: "b"), Context(path: "/b"), Context(query: "?b"), Context(correlation: "b"), Context(correlation: ""), Context(body: "b"),
            Context(path: "/a?", query: "a"), Context(path: "/a?a", query: ""), Context(correlation: "a", body: ""),
        ];

        calls.Select(call => Convert.ToHexString(DuplicateKey.Of(call))).Should().OnlyHaveUniqueItems();
    }

    private static WebSoEventContext Context(string endpoint = "a", string path = "/a", string query = "?a", string? correlation = null, string body = "a", int attempt = 1) => new()
    {
        DeliveryId = Guid.NewGuid(),
        ReceivedAt = DateTimeOffset.UtcNow,
        EndpointName = endpoint,
        RequestPath = path,
        QueryString = query,
        CorrelationId = correlation,
        Attempt = attempt,
        Body = Encoding.UTF8.GetBytes(body),
    };
}
