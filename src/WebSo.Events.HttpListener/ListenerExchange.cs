using System.Net;

namespace WebSo.Events;

// One call: reads it through the receiver and writes the answer.
internal sealed class ListenerExchange : IDisposable
{
    // What is left of a refused body is read, so that closing does not reset the connection before the client has read the answer.
    private const int MaxDrainedBytes = 1024 * 1024;
    private static readonly TimeSpan s_maxDrainTime = TimeSpan.FromSeconds(2);

    private readonly HttpListenerResponse _response;
    private readonly ListenerRequest _request;

    // Throws where the connection is gone, or HttpListener itself has answered, as the managed one does with 411.
    public ListenerExchange(HttpListenerContext context)
    {
        _response = context.Response;

        // The managed HttpListener writes the head of the answer even when it aborts, with what is set by then. Never let that be 200.
        _response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
        _response.ContentLength64 = 0;
        _request = new ListenerRequest(context.Request);
    }

    public ValueTask<WebSoReceipt> ReceiveAsync(WebSoEventReceiver receiver, CancellationToken cancellationToken) =>
        receiver.ReceiveAsync(_request, cancellationToken);

    public async ValueTask AnswerAsync(WebSoReceipt receipt, bool isLast, TimeProvider timeProvider)
    {
        if (receipt.StatusCode is not { } status)
        {
            Abort();
            return;
        }

        // A chunked request makes the managed HttpListener answer in chunks.
        _response.SendChunked = false;
        _response.ContentLength64 = 0;
        _response.StatusCode = status;
        if (isLast)
            _response.KeepAlive = false;
        if (receipt.HeaderName is { } header)
            _response.AddHeader(header, receipt.HeaderValue!);

        // Unlike Close, a write of nothing is asynchronous, and tells when it fails.
        var output = _response.OutputStream;
        var written = new AsyncCompletion();
        var writing = output.BeginWrite([], 0, 0, AsyncCompletion.Callback, written);
        if (!writing.IsCompleted)
            await written.Task.ConfigureAwait(false);
        output.EndWrite(writing);
        receipt.Answered();

        // Close reads what is left of the body without bound, and blocks.
        if (_request.IsBodyRead || await DrainAsync(timeProvider).ConfigureAwait(false))
            _response.Close();
        else
            Abort();
    }

    // Ends the connection. Without an answer, if none was written.
    public void Abort()
    {
        // A cookie that can't be written keeps the managed HttpListener from writing a head; the second call closes.
        _response.Cookies.Add(new Cookie("aborted", "x\nx"));
        try
        {
            _response.Abort();
        }
        catch (ArgumentException)
        {
            ((IDisposable)_response).Dispose();
        }
    }

    public void Dispose() => _request.Dispose();

    private async Task<bool> DrainAsync(TimeProvider timeProvider)
    {
        using var timeout = new CancellationTokenSource();
        using var timer = timeProvider.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), timeout, s_maxDrainTime, Timeout.InfiniteTimeSpan);
        var buffer = new byte[4096];
        var drained = 0;
        try
        {
            while (drained < MaxDrainedBytes && !_request.IsBodyRead)
                drained += await _request.ReadBodyAsync(buffer, timeout.Token).ConfigureAwait(false);
            return _request.IsBodyRead;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
