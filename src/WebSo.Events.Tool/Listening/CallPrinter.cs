using System.Text;
using Microsoft.AspNetCore.Http;

namespace WebSo.Events.Tool.Listening;

// Shows and records incoming calls.
internal sealed class CallPrinter(ToolOutput output, RecordFile? record, bool isVerbose, int status, TimeProvider timeProvider)
{
    public const int MaxBodySize = 1024 * 1024;

    public async Task HandleAsync(HttpContext context)
    {
        var receivedAt = timeProvider.GetUtcNow();
        using var stream = new MemoryStream();
        var (answer, problem) = (context.Request.Method == "POST" ? status : 405, default(string));
        try
        {
            await context.Request.Body.CopyToAsync(stream, context.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            (answer, problem) = (e.StatusCode, e.StatusCode == 413 ? $"the body has more than {MaxBodySize} bytes" : "the body is incomplete or its framing is invalid");
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            Print(new ShownCall(context, receivedAt, []) { Problem = "the connection closed within the body" });
            return;
        }

        var call = new ShownCall(context, receivedAt, problem is null ? stream.ToArray() : []) { Answer = answer, Problem = problem };
        if (record is not null && call is { Method: "POST", Problem: null })
            Record(record, call);
        Print(call);
        context.Response.StatusCode = call.Answer.Value;
    }

    // A call that can't be recorded is answered with an error, so that the server retries it.
    private static void Record(RecordFile file, ShownCall call)
    {
        try
        {
            file.Add(CallRecord.Write(call.ReceivedAt, call.Path, call.Body, call.Headers));
        }
        catch (IOException e)
        {
            (call.Answer, call.RecordProblem) = (StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }

    private void Print(ShownCall call)
    {
        FormatException? error = null;
        WebSoEvent? e = null;
        if (call.Problem is null)
            WebSoEventSerializer.Default.TryDeserialize(call.Body, call.Charset, out e, out error);
        output.Write(ToText(call, call.Problem ?? error?.Message), json =>
        {
            json.WriteString("type", "call");
            json.WriteString("received_at", call.ReceivedAt);
            json.WriteString("method", call.Method);
            json.WriteString("path", call.Path);
            if (call.Answer is { } answer)
                json.WriteNumber("status", answer);
            else
                json.WriteNull("status");
            json.WriteString("event", e?.EventName);
            json.WriteString("document_id", e?.DocumentId);
            json.WriteString("error", call.Problem ?? error?.Message);
            if (call.RecordProblem is not null)
                json.WriteString("record_error", call.RecordProblem);
            json.WriteString("body", BodyText.Of(call.Body, call.Charset));
            json.WriteBase64String("body_base64", call.Body);
            if (!isVerbose)
                return;
            json.WriteStartObject("headers");
            foreach (var header in call.Headers)
                json.WriteString(header.Key, ShownHeader.ValueOf(header.Key, header.Value));
            json.WriteEndObject();
        });
    }

    private string ToText(ShownCall call, string? problem)
    {
        var answer = call.Answer?.ToString(null, null) ?? "no response";
        var text = new StringBuilder($"{call.ReceivedAt.ToLocalTime():HH:mm:ss.fff} {ToolOutput.Clean(call.Method)} {ToolOutput.Clean(call.Path)} -> {answer}  {ToolOutput.Clean(BodyText.Of(call.Body, call.Charset))}");
        if (problem is not null)
            text.Append($"\n  not an event: {ToolOutput.Clean(problem)}");
        if (call.RecordProblem is not null)
            text.Append($"\n  not recorded: {ToolOutput.Clean(call.RecordProblem)}");
        if (isVerbose)
            text.AppendJoin("", call.Headers.Select(header => $"\n  {ToolOutput.Clean(header.Key)}: {ShownHeader.ValueOf(header.Key, header.Value)}"));
        return text.ToString();
    }
}
