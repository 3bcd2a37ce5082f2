using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// Accepts calls, up to the bound at once, and stops gracefully.
internal sealed class ListenerService(
    WebSoEventReceiver receiver,
    WebSoListenerOptions options,
    WebSoEntryPoint entryPoint,
    TimeProvider timeProvider,
    ILogger logger) : IHostedService, IDisposable
{
    // So that a call finds an accept pending while others are on their way to the thread pool.
    private const int PendingAccepts = 4;

    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

    // What a handler has after its cancellation to end, before its connection is closed.
    private static readonly TimeSpan s_lastWait = TimeSpan.FromSeconds(1);

    private static readonly AsyncCallback s_accepted = static result => ((ListenerService)result.AsyncState!).OnAccepted(result);

    private readonly HttpListener _listener = new();
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource<bool> _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<ListenerExchange, bool> _underWay = new();
    private readonly RefusalLine _tooMany = new(
        timeProvider, (count, _, _) => ListenerLog.TooManyRequests(logger, count, receiver.EndpointName, options.MaxConcurrentRequests));
    private int _slotsTaken;
    private volatile bool _isStopping;
    private volatile bool _isReleased;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        entryPoint.Verify();
        var prefixes = string.Join(", ", options.Prefixes);
        try
        {
            foreach (var prefix in options.Prefixes)
                _listener.Prefixes.Add(prefix);
            _listener.Start();
        }
        catch (HttpListenerException e)
        {
            // HttpListener has closed itself.
            _isReleased = true;
            throw new WebSoListenerException(prefixes, e);
        }

        for (var i = 0; i < PendingAccepts; i++)
            Accept();
        ListenerLog.Listening(logger, receiver.EndpointName, prefixes);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        if (_underWay.IsEmpty)
            _idle.TrySetResult(true);

        if (!await IsIdleWithinAsync(options.StopTimeout, cancellationToken).ConfigureAwait(false))
        {
            ListenerLog.CutOff(logger, receiver.EndpointName, _underWay.Count, options.StopTimeout);
            await _end.CancelAsync().ConfigureAwait(false);
            await IsIdleWithinAsync(s_lastWait, CancellationToken.None).ConfigureAwait(false);
            foreach (var exchange in _underWay.Keys)
                exchange.Abort();
        }

        Release();
    }

    public void Dispose()
    {
        _isStopping = true;
        Release();
    }

    private async Task<bool> IsIdleWithinAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var over = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var timer = timeProvider.CreateTimer(_ => over.TrySetResult(true), null, time, Timeout.InfiniteTimeSpan);
        using var registration = cancellationToken.Register(() => over.TrySetResult(true));
        return await Task.WhenAny(_idle.Task, over.Task).ConfigureAwait(false) == _idle.Task;
    }

    // Frees the URL.
    private void Release()
    {
        if (_isReleased)
            return;

        _isReleased = true;
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            _listener.Close();
            return;
        }

        // Stop and Close of the managed HttpListener write '200 OK' to each kept-alive connection, which a client would take for the
        // answer to its next event. Without prefixes it listens no more; idle connections end by its own timeout, or with the process.
        foreach (var prefix in options.Prefixes)
            _listener.Prefixes.Remove(prefix);
    }

    private void Accept()
    {
        try
        {
            _listener.BeginGetContext(s_accepted, this);
        }
        catch (Exception e)
        {
            OnAcceptFailed(e);
        }
    }

    private void OnAccepted(IAsyncResult result)
    {
        HttpListenerContext context;
        try
        {
            context = _listener.EndGetContext(result);
        }
        catch (Exception e)
        {
            OnAcceptFailed(e);
            return;
        }

        // First, since a handler may block.
        Accept();
        if (result.CompletedSynchronously)
            _ = Task.Run(() => HandleAsync(context));
        else
            _ = HandleAsync(context);
    }

    private void OnAcceptFailed(Exception exception)
    {
        if (_isReleased)
            return;

        ListenerLog.AcceptFailed(logger, receiver.EndpointName, exception);
        _ = AcceptLaterAsync();
    }

    private async Task AcceptLaterAsync()
    {
        await timeProvider.WaitAsync(s_pauseAfterFailure, CancellationToken.None).ConfigureAwait(false);
        Accept();
    }

    private async Task HandleAsync(HttpListenerContext context)
    {
        try
        {
            using var exchange = new ListenerExchange(context);
            _underWay.TryAdd(exchange, true);
            try
            {
                var receipt = await ReceiveAsync(exchange).ConfigureAwait(false);
                await exchange.AnswerAsync(receipt, isLast: _isStopping, timeProvider).ConfigureAwait(false);
            }
            finally
            {
                _underWay.TryRemove(exchange, out _);
                if (_isStopping && _underWay.IsEmpty)
                    _idle.TrySetResult(true);
            }
        }
        catch (Exception e) when (e is HttpListenerException or IOException or InvalidOperationException)
        {
            ListenerLog.AnswerLost(logger, receiver.EndpointName, e);
        }
        catch (Exception e)
        {
            ListenerLog.ReceiveFailed(logger, receiver.EndpointName, e);
        }
    }

    private async ValueTask<WebSoReceipt> ReceiveAsync(ListenerExchange exchange)
    {
        try
        {
            if (Interlocked.Increment(ref _slotsTaken) > options.MaxConcurrentRequests)
            {
                _tooMany.Add(remoteAddress: null);
                return receiver.RefuseUnavailable();
            }

            return _isStopping
                ? receiver.RefuseUnavailable()
                : await exchange.ReceiveAsync(receiver, _end.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ListenerLog.ReceiveFailed(logger, receiver.EndpointName, e);
            return new WebSoReceipt(WebSoOutcome.HandlerFailed);
        }
        finally
        {
            Interlocked.Decrement(ref _slotsTaken);
        }
    }
}
