using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

// The rows of the response table in docs/architecture.md.
public abstract partial class AdapterContract
{
    [Theory]
    [InlineData(ReceiveOutcome.Handled, 200, null)]
    [InlineData(ReceiveOutcome.Stored, 200, null)]
    [InlineData(ReceiveOutcome.Duplicate, 200, null)]
    [InlineData(ReceiveOutcome.Unhandled, 200, null)]
    [InlineData(ReceiveOutcome.MalformedKept, 200, null)]
    [InlineData(ReceiveOutcome.Malformed, 400, null)]
    [InlineData(ReceiveOutcome.HandlerFailed, 500, null)]
    [InlineData(ReceiveOutcome.Unavailable, 503, "Retry-After")]
    internal async Task Post_OutcomeOfTheSink_HasItsStatusAndNoBody(ReceiveOutcome outcome, int status, string? header)
    {
        var host = await StartAsync(SinkOf(outcome));

        using var response = await PostAsync(host.Url, Payloads.StatusChange);

        ((int)response.StatusCode).Should().Be(status);
        response.Content.Headers.ContentLength.Should().Be(0);
        if (header is not null)
            response.Headers.Contains(header).Should().BeTrue();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"event":""}""")]
    [InlineData("""{"document_id":"1"}""")]
    public async Task Post_Malformed_Returns400(string body)
    {
        var host = await StartAsync(builder => builder.AddHandler<WebSoEvent>("all", (_, _, _) => default));

        using var response = await PostAsync(host.Url, body);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        Log.Messages("Malformed").Should().ContainSingle();
    }

    [Fact]
    public async Task Post_NoHandler_Returns200()
    {
        var host = await StartAsync(builder => builder.AddHandler<UserFinishEvent>("user", (_, _, _) => default));

        using var documented = await PostAsync(host.Url, Payloads.StatusChange);
        using var future = await PostAsync(host.Url, """{"event":"ENVELOPE_FINISHED","id":7}""");

        documented.StatusCode.Should().Be(HttpStatusCode.OK);
        future.StatusCode.Should().Be(HttpStatusCode.OK);
        Log.Messages("Unhandled").Should().HaveCount(2);
    }

    [Fact]
    public async Task Post_FilteredOut_Returns200WithoutHandling()
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink, options => options.Filter = "USER_FINISH");

        using var first = await PostAsync(host.Url, Payloads.StatusChange);
        using var second = await PostAsync(host.Url, Payloads.StatusChange);

        first.StatusCode.Should().Be(HttpStatusCode.OK);
        second.StatusCode.Should().Be(HttpStatusCode.OK);
        sink.Deliveries.Should().BeEmpty();
        Log.Messages("Filtered").Should().ContainSingle("it is said once per name");
    }

    [Fact]
    public async Task Post_HandlerThrows_Returns500()
    {
        Log.ExpectError("HandlerFailed");
        var host = await StartAsync(builder => builder.AddHandler<WebSoEvent>("bad", (_, _, _) => throw new InvalidOperationException("no")));

        using var response = await PostAsync(host.Url, Payloads.StatusChange);

        response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        Log.Messages("HandlerFailed").Should().ContainSingle().Which.Should().Contain("bad").And.Contain("23822");
    }

    [Fact]
    public async Task Post_WithoutCredentials_Returns401WithChallenge()
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink, options => options.RequireBasicAuthentication("webso", "secret"));

        using var response = await PostAsync(host.Url, Payloads.StatusChange);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.Should().ContainSingle().Which.Scheme.Should().Be("Basic");
        sink.Deliveries.Should().BeEmpty();
    }

    [Theory]
    [InlineData("secret", HttpStatusCode.OK)]
    [InlineData("Secret", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    public async Task Post_Basic_IsCompared(string password, HttpStatusCode expected)
    {
        var host = await StartAsync(SinkOf(ReceiveOutcome.Handled), options => options.RequireBasicAuthentication("webso", "old", "secret"));
        Client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"webso:{password}")));

        using var response = await PostAsync(host.Url, Payloads.StatusChange);

        response.StatusCode.Should().Be(expected);
    }

    [Theory]
    [InlineData("foo", HttpStatusCode.OK)]
    [InlineData("bar", HttpStatusCode.Unauthorized)]
    public async Task Post_RequiredHeader_IsCompared(string value, HttpStatusCode expected)
    {
        var host = await StartAsync(SinkOf(ReceiveOutcome.Handled), options => options.RequireHeader("X-Webso-Key", "foo"));
        Client.DefaultRequestHeaders.Add("x-webso-key", value);

        using var response = await PostAsync(host.Url, Payloads.StatusChange);

        response.StatusCode.Should().Be(expected);
        if (expected == HttpStatusCode.Unauthorized)
            response.Headers.WwwAuthenticate.Should().ContainSingle();
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Send_OtherMethod_Returns405WithAllow(string method)
    {
        var host = await StartAsync(SinkOf(ReceiveOutcome.Handled));
        using var request = new HttpRequestMessage(new HttpMethod(method), host.Url);

        using var response = await Client.SendAsync(request, Canceled);

        response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.Should().Equal("POST");
    }

    [Fact]
    public async Task Post_BodyMissing_Returns408()
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink, options => options.BodyTimeout = TimeSpan.FromMilliseconds(200));
        await using var connection = await RawConnection.OpenAsync(host.Url);

        await connection.SendAsync(RawConnection.Head(host.Url, "Content-Length: 100\r\n") + "{\"event\":");

        Status(await connection.ReadHeadAsync(Canceled)).Should().Be(HttpStatusCode.RequestTimeout);
        sink.Deliveries.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_TooLarge_Returns413(bool chunked)
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink, options => options.MaxBodySize = 1000);
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Url)
        {
            Content = new ByteArrayContent(new byte[1001]),
            Headers = { TransferEncodingChunked = chunked },
        };

        using var response = await Client.SendAsync(request, Canceled);

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        sink.Deliveries.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_ExactlyTheLimit_IsRead(bool chunked)
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink, options => options.MaxBodySize = 20_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange.PadRight(20_000))),
            Headers = { TransferEncodingChunked = chunked },
        };

        using var response = await Client.SendAsync(request, Canceled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        sink.Deliveries.Single().Context.Body.Length.Should().Be(20_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_ConnectionLost_GetsNoResponse(bool reset)
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink);
        await using var connection = await RawConnection.OpenAsync(host.Url);
        await connection.SendAsync(RawConnection.Head(host.Url, $"Content-Length: {Payloads.StatusChange.Length}\r\n") + Payloads.StatusChange[..30]);

        if (reset)
        {
            connection.Reset();
        }
        else
        {
            connection.EndSending();
            (await connection.ReadHeadAsync(Canceled)).Should().NotContain("200");
        }

        using var next = await PostAsync(host.Url, Payloads.UserFinish);
        next.StatusCode.Should().Be(HttpStatusCode.OK);
        sink.Deliveries.Should().ContainSingle().Which.Event.Should().Be(Payloads.Events[1]);
    }

    [Fact]
    public async Task Post_OutcomeWithoutStatus_GetsNoResponse()
    {
        var host = await StartAsync(SinkOf(ReceiveOutcome.BodyTorn));
        await using var connection = await RawConnection.OpenAsync(host.Url);

        await connection.SendAsync(RawConnection.Head(host.Url, $"Content-Length: {Payloads.StatusChange.Length}\r\n") + Payloads.StatusChange);

        (await connection.ReadHeadAsync(Canceled)).Should().BeEmpty();
    }

    [Fact]
    public async Task Post_IncompleteChunks_AreNotHandled()
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink);
        await using var connection = await RawConnection.OpenAsync(host.Url);
        var length = Payloads.StatusChange.Length.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        await connection.SendAsync(RawConnection.Head(host.Url, "Transfer-Encoding: chunked\r\n") + $"{length}\r\n{Payloads.StatusChange}\r\n");

        // The JSON is complete, but the last chunk is missing, so more could have followed.
        connection.EndSending();

        (await connection.ReadHeadAsync(Canceled)).Should().NotContain("200");
        await host.StopAsync();
        sink.Deliveries.Should().BeEmpty("the request has run to its end by now");
    }
}
