using Microsoft.AspNetCore.Http;

namespace WebSo.Events;

// One call as `listen` shows it.
internal sealed class ShownCall(HttpContext context, DateTimeOffset receivedAt, byte[] body)
{
    public DateTimeOffset ReceivedAt { get; } = receivedAt;

    public string Method { get; } = context.Request.Method;

    public string Path { get; } = context.Request.PathBase.Add(context.Request.Path).Value ?? "";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } =
        [.. context.Request.Headers.Select(header => new KeyValuePair<string, string>(header.Key, header.Value.ToString()))];

    public byte[] Body { get; } = body;

    public string? Charset { get; } = DeclaredCharset.Of(context.Request.ContentType);

    // Null: none was given.
    public int? Answer { get; set; }

    // Why it is not in the file of --record, although it should be.
    public string? RecordProblem { get; set; }

    // Why the body is not whole, and is left out; null where it is.
    public string? Problem { get; init; }
}
