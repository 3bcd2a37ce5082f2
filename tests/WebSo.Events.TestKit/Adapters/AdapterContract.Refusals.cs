using System.Net;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

// A refused call leaves nothing behind, whatever the client does with the rest of its body.
public abstract partial class AdapterContract
{
    // Far more than socket buffers hold.
    private const int FewBytes = 8 * 1024 * 1024;

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task Post_RefusedBodyNeverEnds_LeavesNoConnection(bool chunked, bool clientStays)
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var hosts = await StartRefusingAsync(sink);
        var before = ServerSockets.Count(hosts.Select(host => host.Host.Url.Port));

        await Task.WhenAll(hosts.SelectMany(host => Enumerable.Repeat(host, 5)).Select(async host =>
        {
            await using var connection = await RawConnection.OpenAsync(host.Host.Url);
            await connection.SendAsync(host.Call.Head(host.Host.Url, chunked) + host.Call.Piece(chunked));
            (await StatusAsync(connection)).Should().Be(host.Call.Status, host.Call.Name);

            if (clientStays)
                (await connection.ReadToEndAsync(Canceled).WaitAsync(s_patience, Canceled)).Should().BeEmpty(host.Call.Name);
            else
                connection.Reset();
        }));

        await ServerSockets.WaitForAsync(before, hosts.Select(host => host.Host.Url.Port), s_patience, Canceled);
        sink.Deliveries.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_RefusedEndlessBody_StopsReading(bool chunked)
    {
        var hosts = await StartRefusingAsync(SinkOf(ReceiveOutcome.Handled));

        var sent = await Task.WhenAll(hosts.Where(host => !host.Call.NeedsSilence).Select(async host =>
        {
            await using var connection = await RawConnection.OpenAsync(host.Host.Url);
            await connection.SendAsync(host.Call.Head(host.Host.Url, chunked, announced: 6_000_000_000) + (chunked ? "40000000\r\n" : "") + new string(' ', 2000));
            (await StatusAsync(connection)).Should().Be(host.Call.Status, host.Call.Name);
            return (host.Call.Name, Bytes: await connection.SendUntilRefusedAsync(2 * FewBytes, s_patience, Canceled));
        }));

        sent.Should().OnlyContain(call => call.Bytes < FewBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_CallAfterRefusedCall_IsNotDisturbed(bool chunked)
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink, options => options.RequireHeader("X-Key", "secret"));
        await using var connection = await RawConnection.OpenAsync(host.Url);

        // Both calls in one write, like a client that does not wait for responses.
        var hidden = RawConnection.Head(host.Url, $"X-Key: secret\r\nContent-Length: {Payloads.StatusChange.Length}\r\n") + Payloads.StatusChange;
        await connection.SendAsync(
            RawConnection.Head(host.Url, chunked ? "Transfer-Encoding: chunked\r\n" : $"Content-Length: {hidden.Length}\r\n")
            + (chunked ? $"{hidden.Length:x}\r\n{hidden}\r\n0\r\n\r\n" : hidden)
            + RawConnection.Head(host.Url, $"X-Key: secret\r\nContent-Length: {Payloads.UserFinish.Length}\r\nConnection: close\r\n") + Payloads.UserFinish);

        (await StatusAsync(connection)).Should().Be(HttpStatusCode.Unauthorized);
        var second = await connection.ReadHeadAsync(Canceled).WaitAsync(s_patience, Canceled);

        // The connection can be closed instead. A refused body is never read as a call.
        if (second.Length > 0)
            Status(second).Should().Be(HttpStatusCode.OK);
        sink.Deliveries.Select(delivery => delivery.Event).Should().Equal(second.Length > 0 ? [Payloads.Events[1]] : []);
    }

    private async Task<IReadOnlyList<(IAdapterHost Host, RefusedCall Call)>> StartRefusingAsync(RecordingSink sink)
    {
        var hosts = new List<(IAdapterHost, RefusedCall)>();
        foreach (var call in RefusedCall.All)
            hosts.Add((await StartAsync(sink, call.Options), call));
        return hosts;
    }

    private static async Task<HttpStatusCode> StatusAsync(RawConnection connection) =>
        Status(await connection.ReadHeadAsync(Canceled).WaitAsync(s_patience, Canceled));
}
