using System.Collections.Concurrent;
using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

// Events that reach the handlers.
public abstract partial class AdapterContract
{
    [Fact]
    public async Task Post_DocumentedPayloads_ReachTypedHandlersInOrder()
    {
        var heard = new ConcurrentQueue<WebSoEvent>();
        var host = await StartAsync(builder => builder
            .AddHandler<StatusChangeEvent>("status", (e, _, _) => Hear(e))
            .AddHandler<UserFinishEvent>("user", (e, _, _) => Hear(e))
            .AddHandler<FieldSignedOrRejectedEvent>("field", (e, _, _) => Hear(e))
            .AddHandler<RenderReturnEvent>("render", (e, _, _) => Hear(e)));

        foreach (var payload in Payloads.All)
        {
            using var response = await PostAsync(host.Url, payload);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
            (await response.Content.ReadAsByteArrayAsync(Canceled)).Should().BeEmpty();
        }

        heard.Should().Equal(Payloads.Events);

        ValueTask Hear(WebSoEvent e)
        {
            heard.Enqueue(e);
            return ValueTask.CompletedTask;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    public async Task Post_AnyContentType_IsRead(string? contentType)
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink);

        using var response = await PostAsync(host.Url, Payloads.StatusChange, contentType);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        sink.Deliveries.Single().Event.Should().Be(Payloads.Events[0]);
    }

    [Fact]
    public async Task Post_Chunked_IsRead()
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink);
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.UserFinish)),
            Headers = { TransferEncodingChunked = true },
        };

        using var response = await Client.SendAsync(request, Canceled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        sink.Deliveries.Single().Event.Should().Be(Payloads.Events[1]);
    }

    [Fact]
    public async Task Post_BodyInPieces_IsRead()
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink);
        await using var connection = await RawConnection.OpenAsync(host.Url);
        await connection.SendAsync(RawConnection.Head(host.Url, $"Content-Length: {Payloads.FieldSigned.Length}\r\nConnection: close\r\n"));

        foreach (var piece in Payloads.FieldSigned.Chunk(20))
            await connection.SendAsync(new string(piece));

        Status(await connection.ReadHeadAsync(Canceled)).Should().Be(HttpStatusCode.OK);
        sink.Deliveries.Single().Event.Should().Be(Payloads.Events[2]);
    }

    [Fact]
    public async Task Post_AnyCall_FillsContext()
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink);
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);

        using var response = await PostAsync(new Uri(host.Url + "?order=4711&x=%20y"), Payloads.RenderReturn);

        var context = sink.Deliveries.Single().Context;
        context.DeliveryId.Should().NotBeEmpty();
        context.ReceivedAt.Should().BeOnOrAfter(before).And.BeOnOrBefore(DateTimeOffset.UtcNow.AddSeconds(1));
        context.EndpointName.Should().BeEmpty();
        context.RequestPath.Should().Be(host.Url.AbsolutePath);
        context.QueryString.Should().Be("?order=4711&x=%20y");
        IPAddress.IsLoopback(context.RemoteAddress!).Should().BeTrue();
        Encoding.UTF8.GetString(context.Body.Span).Should().Be(Payloads.RenderReturn);
        context.Attempt.Should().Be(1);
        context.IsReplay.Should().BeFalse();
        context.CorrelationId.Should().BeNull();
    }

    [Fact]
    public async Task Post_ManyConcurrentCalls_HandlesEachOnce()
    {
        var heard = new ConcurrentBag<string>();
        var host = await StartAsync(builder => builder.AddHandler<WebSoEvent>("all", (e, _, _) =>
        {
            heard.Add(e.DocumentId);
            return default;
        }));
        var ids = Enumerable.Range(1, 200).Select(id => $"{id}").ToList();

        var responses = await Task.WhenAll(ids.Select(id => PostAsync(host.Url, Payloads.StatusChange.Replace("23822", id, StringComparison.Ordinal))));

        responses.Should().OnlyContain(response => response.StatusCode == HttpStatusCode.OK);
        heard.Should().BeEquivalentTo(ids);
    }

    [Fact]
    public async Task Post_ClientDisconnects_HandlerContinues()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = await StartAsync(builder => builder.AddHandler<WebSoEvent>("slow", async (_, _, token) =>
        {
            started.SetResult();
            await goOn.Task;
            ended.SetResult(token.IsCancellationRequested);
        }));
        await using var connection = await RawConnection.OpenAsync(host.Url);
        await connection.SendAsync(RawConnection.Head(host.Url, $"Content-Length: {Payloads.StatusChange.Length}\r\n") + Payloads.StatusChange);
        await started.Task.WaitAsync(Canceled);

        connection.Reset();
        using var other = await PostAsync(host.Url, "[]");
        goOn.SetResult();

        (await ended.Task.WaitAsync(Canceled)).Should().BeFalse("the token means shutdown or handler timeout, never that the caller hung up");
    }

    [Fact]
    public async Task Stop_HandlerRunning_WaitsAndAnswers()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = await StartAsync(builder => builder.AddHandler<WebSoEvent>("slow", async (_, _, _) =>
        {
            started.SetResult();
            await goOn.Task;
        }));
        var call = PostAsync(host.Url, Payloads.StatusChange);
        await started.Task.WaitAsync(Canceled);

        var stop = host.StopAsync();
        goOn.SetResult();

        (await call).StatusCode.Should().Be(HttpStatusCode.OK);
        await stop.WaitAsync(Canceled);
        var refused = () => PostAsync(host.Url, Payloads.StatusChange);
        await refused.Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task Post_FromJava_IsRead()
    {
        Assert.SkipUnless(InstalledProgram.Exists("java"), "java is not installed: ./test.sh installs it on Debian and Ubuntu");
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink);

        (await RunJavaAsync([host.Url.ToString(), .. Payloads.All])).Should().Equal("200", "200", "200", "200");
        sink.Deliveries.Select(delivery => delivery.Event).Should().Equal(Payloads.Events);
    }
}
