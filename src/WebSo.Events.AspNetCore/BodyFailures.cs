using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace WebSo.Events;

// What the exceptions of web servers and middleware mean for a call. Their messages are not used: they may contain what was sent.
internal static class BodyFailures
{
    // Null: something that nobody expects.
    public static BodyException? Explain(Exception failure, bool isChunked, bool isBuffered, bool isUntouched) => failure switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } =>
            new(ReceiveOutcome.BodyTimeout, "it was slower than the minimum data rate of the web server", failure),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new(ReceiveOutcome.BodyTooLarge, "a limit of the web server or of a middleware was reached", failure),

        // Nothing but chunks can be malformed: otherwise the connection ended before the announced length.
        BadHttpRequestException when isChunked =>
            new(ReceiveOutcome.BodyMalformed, "its chunks are malformed, or end before the last one", failure),
        BadHttpRequestException =>
            new(ReceiveOutcome.BodyTorn, "the client closed or reset the connection before the announced length", failure),
        InvalidDataException =>
            new(ReceiveOutcome.BodyMalformed, "a middleware could not decompress it", failure),
        ConnectionResetException =>
            new(ReceiveOutcome.BodyTorn, "the client reset the connection", failure),
        OperationCanceledException =>
            new(ReceiveOutcome.BodyTorn, "the web server ended the connection", failure),
        IOException when isBuffered =>
            new(ReceiveOutcome.BodyConsumed, "a middleware could not buffer it", failure),
        IOException =>
            new(ReceiveOutcome.BodyTorn, "the connection was lost", failure),

        // What BrotliStream throws for what is not compressed. Of a body that nobody has read, no middleware can be amid a read.
        InvalidOperationException and not ObjectDisposedException when isUntouched && !isBuffered =>
            new(ReceiveOutcome.BodyMalformed, "a middleware could not decompress it", failure),

        // ObjectDisposedException is one, too.
        InvalidOperationException or NotSupportedException or ArgumentException =>
            new(ReceiveOutcome.BodyConsumed, "a middleware closed the stream, or has not finished reading it", failure),
        _ => null,
    };
}
