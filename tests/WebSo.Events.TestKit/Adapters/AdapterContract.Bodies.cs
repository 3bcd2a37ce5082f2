using System.Net;
using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

// Unusual bodies and the responses to them.
public abstract partial class AdapterContract
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("Content-Length: 0\r\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\n", "0\r\n\r\n")]
    [InlineData("", "")]
    public async Task Post_EmptyBody_Returns400EvenIfUnreadableIsStored(string header, string body)
    {
        var sink = SinkOf(ReceiveOutcome.MalformedKept);
        var host = await StartAsync(sink);
        await using var connection = await RawConnection.OpenAsync(host.Url);

        await connection.SendAsync(RawConnection.Head(host.Url, header) + body);

        // HttpListener requires a length before the receiver gets the call.
        var status = Status(await connection.ReadHeadAsync(Canceled).WaitAsync(s_patience, Canceled));
        if (header.Length == 0)
            status.Should().BeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.LengthRequired);
        else
            status.Should().Be(HttpStatusCode.BadRequest);
        sink.Deliveries.Should().BeEmpty();
    }

    [Fact]
    public async Task Post_WhiteSpace_IsUnreadableNotEmpty()
    {
        var sink = SinkOf(ReceiveOutcome.MalformedKept);
        var host = await StartAsync(sink);

        using var response = await PostAsync(host.Url, " \r\n");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        sink.Deliveries.Should().ContainSingle().Which.Event.Should().BeNull();
    }

    [Theory]
    [InlineData("no-number\r\n{}\r\n0\r\n\r\n")]
    [InlineData("5\r\n{\"eve-this is longer than the chunk\r\n0\r\n\r\n")]
    public async Task Post_MalformedChunks_Returns400(string body)
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink);
        await using var connection = await RawConnection.OpenAsync(host.Url);

        await connection.SendAsync(RawConnection.Head(host.Url, "Transfer-Encoding: chunked\r\n") + body);

        Status(await connection.ReadHeadAsync(Canceled).WaitAsync(s_patience, Canceled)).Should().Be(HttpStatusCode.BadRequest);

        // HttpListener itself answers with a page and closes the connection.
        await connection.ReadToEndAsync(Canceled).WaitAsync(s_patience, Canceled);
        await host.StopAsync();
        sink.Deliveries.Should().BeEmpty();
        Log.Messages("BodyMalformed").Should().ContainSingle().Which.Should().Contain("its chunks are malformed");
        Log.Messages("BodyTorn").Concat(Log.Messages("AnswerLost")).Should().BeEmpty();
    }

    [Fact]
    public async Task Post_ChunksOfOneByte_AreReadUpToLimit()
    {
        var sink = SinkOf(ReceiveOutcome.Handled);
        var host = await StartAsync(sink, options => options.MaxBodySize = 2000);
        await using var connection = await RawConnection.OpenAsync(host.Url);
        var body = Payloads.StatusChange.PadRight(2000);

        await connection.SendAsync(
            RawConnection.Head(host.Url, "Transfer-Encoding: chunked\r\n") + string.Concat(body.Select(c => $"1\r\n{c}\r\n")) + "0\r\n\r\n");

        Status(await connection.ReadHeadAsync(Canceled).WaitAsync(s_patience, Canceled)).Should().Be(HttpStatusCode.OK);
        Encoding.UTF8.GetString(sink.Deliveries.Single().Context.Body.Span).Should().Be(body);
    }

    [Fact]
    public async Task Stop_BodyInProgress_IsReadAndAnswered()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new RecordingSink(async delivery =>
        {
            if (delivery.Event is StatusChangeEvent)
            {
                started.SetResult();
                await goOn.Task;
            }

            return new Receipt(ReceiveOutcome.Handled);
        });
        var host = await StartAsync(sink);
        await using var keptAlive = await OpenUsedAsync(host.Url);
        await using var halfSent = await OpenUsedAsync(host.Url);
        await halfSent.SendAsync(RawConnection.Head(host.Url, $"Content-Length: {Payloads.UserFinish.Length}\r\n") + Payloads.UserFinish[..20]);
        var running = PostAsync(host.Url, Payloads.StatusChange);
        await started.Task.WaitAsync(Canceled);

        var stop = host.StopAsync();
        await halfSent.SendAsync(Payloads.UserFinish[20..]);
        var ofHalfSent = await halfSent.ReadHeadAsync(Canceled).WaitAsync(s_patience, Canceled);
        var ofKeptAlive = await CallAsync(keptAlive, host.Url);
        goOn.SetResult();

        (await running).StatusCode.Should().Be(HttpStatusCode.OK);
        await stop.WaitAsync(s_patience, Canceled);
        Status(ofHalfSent).Should().Be(HttpStatusCode.OK);

        // A stop can close an idle connection. Calls that are still read are answered normally.
        if (ofKeptAlive.Length > 0)
            Status(ofKeptAlive).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Post_RefusedFromJava_GetsStatus()
    {
        Assert.SkipUnless(InstalledProgram.Exists("java"), "java is not installed: ./test.sh installs it on Debian and Ubuntu");
        var sink = SinkOf(ReceiveOutcome.MalformedKept);
        var calls = RefusedCall.All.Where(call => !call.NeedsSilence).ToList();
        var arguments = new List<string>();
        foreach (var call in calls)
        {
            var host = await StartAsync(sink, call.Options);
            arguments.AddRange(["--" + call.Method, call.Headers.Trim(), host.Url + call.Query, new string('x', call.Announced)]);
        }

        arguments.AddRange(["--POST", "", (await StartAsync(sink)).Url.ToString(), ""]);

        (await RunJavaAsync(arguments)).Should().Equal([.. calls.Select(call => $"{(int)call.Status}"), "400"]);
        sink.Deliveries.Should().BeEmpty();
    }

    private static async Task<RawConnection> OpenUsedAsync(Uri url)
    {
        var connection = await RawConnection.OpenAsync(url);
        Status(await CallAsync(connection, url)).Should().Be(HttpStatusCode.OK);
        return connection;
    }

    private static async Task<string> CallAsync(RawConnection connection, Uri url)
    {
        try
        {
            await connection.SendAsync(RawConnection.Head(url, $"Content-Length: {Payloads.RenderReturn.Length}\r\n") + Payloads.RenderReturn);
        }
        catch (IOException)
        {
            return "";
        }

        return await connection.ReadHeadAsync(Canceled).WaitAsync(s_patience, Canceled);
    }

    private static async Task<IEnumerable<string>> RunJavaAsync(IEnumerable<string> arguments)
    {
        await using var java = ChildProcess.Start("java", [Path.Combine(AppContext.BaseDirectory, "JavaClient.java"), .. arguments]);
        var exitCode = await java.WaitForExitAsync(Canceled);
        exitCode.Should().Be(0, "{0}", string.Join('\n', java.Seen));
        return java.Seen.Select(line => line.Trim()).Where(line => line.Length > 0);
    }
}
