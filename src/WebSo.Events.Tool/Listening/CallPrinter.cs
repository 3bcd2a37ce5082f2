using System.Text;
using Microsoft.AspNetCore.Http;

namespace WebSo.Events;

// Shows and records the calls that come.
internal sealed class CallPrinter(ToolOutput output, TextWriter? record, bool isVerbose, int status, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();

    public async Task HandleAsync(HttpContext context)
    {
        var receivedAt = timeProvider.GetUtcNow();
        using var stream = new MemoryStream();
        await context.Request.Body.CopyToAsync(stream, context.RequestAborted);
        var headers = context.Request.Headers.Select(header => new KeyValuePair<string, string>(header.Key, header.Value.ToString())).ToList();
        var path = context.Request.PathBase.Add(context.Request.Path).Value ?? "";
        var answer = context.Request.Method == "POST" ? status : 405;
        Print(receivedAt, context.Request.Method, path, stream.ToArray(), headers, answer);
        context.Response.StatusCode = answer;
    }

    private void Print(DateTimeOffset receivedAt, string method, string path, byte[] body, List<KeyValuePair<string, string>> headers, int answer)
    {
        WebSoEventSerializer.Default.TryDeserialize(body, out var e, out var error);
        var text = new StringBuilder($"{receivedAt.ToLocalTime():HH:mm:ss.fff} {method} {ToolOutput.Clean(path)} -> {answer}  {ToolOutput.Clean(Encoding.UTF8.GetString(body))}");
        if (error is not null)
            text.Append($"\n  no event: {error.Message}");
        if (isVerbose)
            text.AppendJoin("", headers.Select(header => $"\n  {header.Key}: {ShownHeader.ValueOf(header.Key, header.Value)}"));
        output.Write(text.ToString(), json =>
        {
            json.WriteString("type", "call");
            json.WriteString("received_at", receivedAt);
            json.WriteString("method", method);
            json.WriteString("path", path);
            json.WriteNumber("status", answer);
            json.WriteString("event", e?.EventName);
            json.WriteString("document_id", e?.DocumentId);
            json.WriteString("error", error?.Message);
            json.WriteString("body", Encoding.UTF8.GetString(body));
            json.WriteBase64String("body_base64", body);
            if (!isVerbose)
                return;
            json.WriteStartObject("headers");
            foreach (var header in headers)
                json.WriteString(header.Key, ShownHeader.ValueOf(header.Key, header.Value));
            json.WriteEndObject();
        });
        if (record is null || method != "POST")
            return;

        lock (_lock)
        {
            // Flushed by line: the file is whole when the program is ended.
            record.WriteLine(CallRecord.Write(receivedAt, path, body, headers));
            record.Flush();
        }
    }
}
