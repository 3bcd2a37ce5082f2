using System.IO.Compression;
using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

/// <summary>Middleware that reads, replaces or transforms the body before the endpoint.</summary>
public sealed class RequestMiddlewareTests : MiddlewareTest
{
    [Theory]
    [InlineData(67, false)]
    [InlineData(67, true)]
    [InlineData(20_000, false)]
    [InlineData(20_000, true)]
    public async Task Decompression_CompressedBody_IsReadCompletely(int length, bool chunked)
    {
        var url = await StartAsync(app => app.UseRequestDecompression(), services => services.AddRequestDecompression());

        using var response = await PostAsync(url, Compress(Payloads.StatusChange.PadRight(length)), chunked);

        await ShouldBeAsync(response, HttpStatusCode.OK);
        var delivery = Sink.Deliveries.Should().ContainSingle().Subject;
        delivery.Event.Should().Be(Payloads.Events[0]);
        delivery.Context.Body.Length.Should().Be(length, "a body can be shorter than its compressed length");
    }

    [Fact]
    public async Task Decompression_ExpandsOverLimit_Returns413()
    {
        var url = await StartAsync(app => app.UseRequestDecompression(), services => services.AddRequestDecompression());

        using var response = await PostAsync(url, Compress(Payloads.StatusChange.PadRight(10_000_000)));

        await ShouldBeAsync(response, HttpStatusCode.RequestEntityTooLarge);
        Sink.Deliveries.Should().BeEmpty();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Decompression_BodyNotCompressed_Returns400(string encoding)
    {
        var url = await StartAsync(app => app.UseRequestDecompression(), services => services.AddRequestDecompression());
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)) { Headers = { ContentEncoding = { encoding } } };

        using var response = await PostAsync(url, content);

        await ShouldBeAsync(response, HttpStatusCode.BadRequest);
        Log.Messages("BodyMalformed").Should().ContainSingle().Which.Should().Contain("decompress");
    }

    [Fact]
    public async Task Decompression_EmptyBody_Returns400()
    {
        var url = await StartAsync(app => app.UseRequestDecompression(), services => services.AddRequestDecompression());
        Log.ExpectError("BodyConsumed");

        using var response = await PostAsync(url, Compress(""));

        ((int)response.StatusCode).Should().BeOneOf(400, 500);
        Sink.Deliveries.Should().BeEmpty();
    }

    [Fact]
    public async Task Decompression_BodyTooSlow_Returns408()
    {
        // Kestrel logs an error, because the middleware has left its reader in the middle of a read.
        Log.ExpectError("RequestBodyDrainBodyReaderInvalidState");
        var url = await StartAsync(
            app => app.UseRequestDecompression(),
            services => services.AddRequestDecompression(),
            options => options.BodyTimeout = TimeSpan.FromMilliseconds(200));
        await using var connection = await RawConnection.OpenAsync(url);

        await connection.SendAsync(RawConnection.Head(url, "Content-Encoding: gzip\r\nContent-Length: 100\r\n"));

        (await connection.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 408");
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(20, false)]
    [InlineData(20, true)]
    public async Task Body_PartlyRead_Returns500AndNamesCause(int bytes, bool chunked)
    {
        Log.ExpectError("BodyConsumed");
        var url = await StartAsync(app => app.Use(async (context, next) =>
        {
            await context.Request.Body.ReadExactlyAsync(new byte[bytes], Canceled);
            await next(context);
        }));

        using var response = await PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), chunked);

        await ShouldBeAsync(response, HttpStatusCode.InternalServerError);
        Sink.Deliveries.Should().BeEmpty();
        Log.Messages("BodyConsumed").Should().ContainSingle().Which.Should().Contain("EnableBuffering");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_BufferedAndClosed_Returns500AndNamesCause(bool chunked)
    {
        Log.ExpectError("BodyConsumed");
        var url = await StartAsync(app => app.Use(async (context, next) =>
        {
            context.Request.EnableBuffering();
            using (var reader = new StreamReader(context.Request.Body))
                _ = await reader.ReadToEndAsync(Canceled);
            await next(context);
        }));

        using var response = await PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), chunked);

        await ShouldBeAsync(response, HttpStatusCode.InternalServerError);
        Log.Messages("BodyConsumed").Should().ContainSingle().Which.Should().Contain("closed the stream");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_ReadNotCompleted_Returns500(bool chunked)
    {
        // Kestrel logs an error, because the middleware has left its reader in the middle of a read.
        Log.ExpectError("RequestBodyDrainBodyReaderInvalidState");
        Log.ExpectError("BodyConsumed");
        var url = await StartAsync(app => app.Use(async (context, next) =>
        {
            _ = await context.Request.BodyReader.ReadAsync(Canceled);
            await next(context);
        }));

        using var response = await PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), chunked);

        await ShouldBeAsync(response, HttpStatusCode.InternalServerError);
        Sink.Deliveries.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_ReplacedByCopy_IsRead(bool chunked)
    {
        var url = await StartAsync(app => app.Use(async (context, next) =>
        {
            var copy = new MemoryStream();
            await context.Request.Body.CopyToAsync(copy, Canceled);
            context.Request.Body = copy;
            await next(context);
        }));

        using var response = await PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), chunked);

        await ShouldBeAsync(response, HttpStatusCode.OK);
        Sink.Deliveries.Should().ContainSingle().Which.Event.Should().Be(Payloads.Events[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_ReplacedByEmptyStream_Returns500(bool chunked)
    {
        Log.ExpectError("BodyConsumed");
        var url = await StartAsync(app => app.Use(async (context, next) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, Canceled);
            context.Request.Body = Stream.Null;
            await next(context);
        }));

        using var response = await PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), chunked);

        await ShouldBeAsync(response, HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task Body_UnexpectedException_Returns500AndIsLogged()
    {
        Log.ExpectError("ReceiveFailed");
        var url = await StartAsync(app => app.Use(async (context, next) =>
        {
            context.Request.Body = new FailingStream();
            await next(context);
        }));

        using var first = await PostAsync(url);
        using var second = await PostAsync(url);

        await ShouldBeAsync(first, HttpStatusCode.InternalServerError);
        await ShouldBeAsync(second, HttpStatusCode.InternalServerError);
        Log.Entries.Should().ContainSingle(entry => entry.EventName == "ReceiveFailed").Which.Exception!.Message.Should().Be("of the stream");
    }

    private static ByteArrayContent Compress(string body)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(body));
        return new ByteArrayContent(compressed.ToArray()) { Headers = { ContentEncoding = { "gzip" } } };
    }

    private sealed class FailingStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new FormatException("of the stream");
    }
}
