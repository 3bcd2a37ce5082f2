using System.Net;

namespace WebSo.Events;

// One call: passes it to the receiver and writes the answer. Whoever creates one ends it with AnswerAsync or Abort: otherwise its
// connection stays open for as long as the process runs.
internal sealed class ListenerExchange(HttpListenerContext context, CallSlots slots) : IDisposable
{
    private readonly HttpListenerResponse _response = context.Response;
    private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ListenerRequest? _request;

    public Task Completion => _completion.Task;

    public ListenerRequest Request => _request ?? throw new InvalidOperationException("The call has not been opened.");

    // False if HttpListener has already answered the call, as the managed one does with 411 and 501 before it hands the call out.
    public bool TryOpen()
    {
        try
        {
            // The managed HttpListener writes a head even when a call is aborted, with what is set by then. That must never be 200.
            _response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
            _response.ContentLength64 = 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        _request = new ListenerRequest(context.Request, slots);
        return true;
    }

    public async Task AnswerAsync(Receipt receipt, bool isLast)
    {
        // HttpListener has answered broken chunks itself.
        if (receipt.StatusCode is not { } status || receipt.Outcome == ReceiveOutcome.BodyMalformed)
        {
            Abort();
            return;
        }

        // A chunked request makes the managed HttpListener answer in chunks.
        _response.SendChunked = false;
        _response.ContentLength64 = 0;
        _response.StatusCode = status;

        // What is left of a refused body must not be taken for the next call.
        if (isLast || !Request.IsBodyRead)
            _response.KeepAlive = false;
        if (receipt.HeaderName is { } header)
            _response.AddHeader(header, receipt.HeaderValue!);

        await WriteHeadAsync().ConfigureAwait(false);

        // Close reads what is left of the body without a limit, and blocks.
        if (Request.IsBodyRead || await Request.DrainBodyAsync().ConfigureAwait(false))
            _response.Close();
        else
            Abort();
    }

    // Ends the connection, without an answer if none was written.
    public void Abort()
    {
        try
        {
            // A cookie that can't be written keeps the managed HttpListener from writing a head.
            _response.Cookies.Add(new Cookie("aborted", "x\nx"));
            _response.Abort();
        }
        catch (Exception)
        {
            // The managed HttpListener leaves the socket open when the head can't be written; it closes the socket at the second call.
            ((IDisposable)_response).Dispose();
        }
    }

    public void Dispose()
    {
        _request?.Dispose();
        _completion.TrySetResult(true);
    }

    // Unlike Close, a write of nothing is asynchronous, and throws when it fails.
    private async Task WriteHeadAsync()
    {
        var output = _response.OutputStream;
        var written = new AsyncCompletion();
        var writing = output.BeginWrite([], 0, 0, AsyncCompletion.Callback, written);
        if (!writing.IsCompleted)
            await written.Task.ConfigureAwait(false);
        output.EndWrite(writing);
    }
}
