using System.Net;

namespace WebSo.Events.Listener.Requests;

// One call and its response. End each exchange with AnswerAsync or Abort. Otherwise, its connection stays open until the process ends.
internal sealed class ListenerExchange(HttpListenerContext context, CallSlots slots) : IDisposable
{
    private readonly HttpListenerResponse _response = context.Response;
    private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ListenerRequest? _request;

    public Task Completion => _completion.Task;

    public ListenerRequest Request => _request ?? throw new InvalidOperationException("The call has not been opened.");

    // Returns false if HttpListener has already answered the call. The managed one answers 411 and 501 before it hands out the call.
    public bool TryOpen()
    {
        try
        {
            // The managed HttpListener writes the response headers even when a call is aborted. The status must not be 200 then.
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
        // HttpListener itself answers malformed chunks.
        if (receipt.StatusCode is not { } status || receipt.Outcome == ReceiveOutcome.BodyMalformed)
        {
            Abort();
            return;
        }

        // The managed HttpListener answers a chunked request with a chunked response by default.
        _response.SendChunked = false;
        _response.ContentLength64 = 0;
        _response.StatusCode = status;

        // The rest of a refused body must not be read as the next call.
        if (isLast || !Request.IsBodyRead)
            _response.KeepAlive = false;
        if (receipt.HeaderName is { } header)
            _response.AddHeader(header, receipt.HeaderValue!);

        await WriteHeadAsync().ConfigureAwait(false);

        // Close would read the rest of the body synchronously and without a limit.
        if (Request.IsBodyRead || await Request.DrainBodyAsync().ConfigureAwait(false))
            _response.Close();
        else
            Abort();
    }

    // Closes the connection. If no response was written, the client gets none.
    public void Abort()
    {
        try
        {
            // An invalid cookie prevents the managed HttpListener from writing response headers.
            _response.Cookies.Add(new Cookie("aborted", "x\nx"));
            _response.Abort();
        }
        catch (Exception)
        {
            // When the headers can't be written, the managed HttpListener leaves the socket open. A second call closes it.
            ((IDisposable)_response).Dispose();
        }
    }

    public void Dispose()
    {
        _request?.Dispose();
        _completion.TrySetResult(true);
    }

    // Unlike Close, an empty write is asynchronous and throws if it fails.
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
