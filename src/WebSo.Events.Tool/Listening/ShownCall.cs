using Microsoft.AspNetCore.Http;

namespace WebSo.Events.Tool.Listening;

// A call that `listen` shows.
internal sealed class ShownCall(HttpContext context, DateTimeOffset receivedAt, byte[] body)
{
    public DateTimeOffset ReceivedAt { get; } = receivedAt;

    public string Method { get; } = context.Request.Method;

    public string Path { get; } = context.Request.PathBase.Add(context.Request.Path).Value ?? "";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } =
        [.. context.Request.Headers.Select(header => new KeyValuePair<string, string>(header.Key, header.Value.ToString()))];

    public byte[] Body { get; } = body;

    public string? Charset { get; } = DeclaredCharset.Of(context.Request.ContentType);

    // Null if there was no response.
    public int? Answer { get; set; }

    // Why the call could not be recorded.
    public string? RecordProblem { get; set; }

    // Why the body is incomplete and not shown; null if it is complete.
    public string? Problem { get; init; }
}
