using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace WebSo.Events.AspNetCore.Requests;

// Translates exceptions of web servers and middleware. Their messages are not used, because they can contain data from the caller.
internal static class BodyFailures
{
    // Returns null for an unexpected exception.
    public static BodyException? Explain(Exception failure, bool isChunked, bool isBuffered, bool isUntouched) => failure switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } =>
            new(ReceiveOutcome.BodyTimeout, "it was slower than the minimum data rate of the web server", failure),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new(ReceiveOutcome.BodyTooLarge, "a limit of the web server or of a middleware was reached", failure),

        // Only chunks can be malformed. A body with Content-Length can only end early.
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

        // BrotliStream throws this for data that is not compressed. A body that is untouched can't be in use by a middleware.
        InvalidOperationException and not ObjectDisposedException when isUntouched && !isBuffered =>
            new(ReceiveOutcome.BodyMalformed, "a middleware could not decompress it", failure),

        // ObjectDisposedException is an InvalidOperationException.
        InvalidOperationException or NotSupportedException or ArgumentException =>
            new(ReceiveOutcome.BodyConsumed, "a middleware closed the stream or has not finished reading it", failure),
        _ => null,
    };
}
