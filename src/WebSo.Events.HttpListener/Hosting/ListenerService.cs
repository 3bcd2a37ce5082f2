using System.Collections.Concurrent;
using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Listener.Hosting;

// Accepts calls, passes them to the receiver, and stops gracefully.
internal sealed class ListenerService(
    EventReceiver receiver,
    WebSoListenerOptions options,
    EntryPoint entryPoint,
    TimeProvider timeProvider,
    ILogger logger) : IHostedService, IDisposable
{
    // Several pending accepts, so that a call can be accepted while others are being dispatched to the thread pool.
    private const int PendingAccepts = 4;

    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

    // How long handlers can still run after cancellation, before their connections are closed.
    private static readonly TimeSpan s_lastWait = TimeSpan.FromSeconds(1);

    private static readonly AsyncCallback s_accepted = static result => ((ListenerService)result.AsyncState!).OnAccepted(result);

    private readonly HttpListener _listener = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<ListenerExchange, bool> _underWay = new();
    private readonly CallSlots _slots = new(options.MaxConcurrentRequests);
    private readonly ListenerLines _lines = new(receiver.Endpoint.Name, options.MaxConcurrentRequests, timeProvider, logger);

    // Stopping: each response closes its connection. Unbound: no new calls arrive. Stopped: remaining calls are refused.
    private volatile bool _isStopping;
    private volatile bool _isUnbound;
    private volatile bool _isStopped;

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
        catch (Win32Exception e)
        {
            // HttpListener has closed itself. Mono throws a SocketException, which is also a Win32Exception.
            _isUnbound = true;
            throw new IOException(ListenerStartFailure.Describe(prefixes, e), e);
        }

        for (var i = 0; i < PendingAccepts; i++)
            Accept();
        ListenerLog.Listening(logger, receiver.Endpoint.Name, prefixes);
        WarnOfPrefixes(prefixes);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        using var deadline = new Deadline(options.DrainTimeout, cancellationToken);

        // HttpListener can't refuse only new connections, and clients keep calling on open ones. All calls are therefore still received until
        // the calls that were in progress have ended.
        var isIdle = await deadline.IsDoneInTimeAsync(WhenAllUnderWay()).ConfigureAwait(false);
        Unbind();
        while (isIdle && !_underWay.IsEmpty)
            isIdle = await deadline.IsDoneInTimeAsync(WhenAllUnderWay()).ConfigureAwait(false);

        if (!isIdle)
        {
            ListenerLog.CutOff(logger, receiver.Endpoint.Name, _underWay.Count, options.DrainTimeout);
            await CutOffAsync().ConfigureAwait(false);
        }

        Dispose();
    }

    public void Dispose()
    {
        _isStopping = true;
        _isStopped = true;
        Unbind();
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            _listener.Close();
    }

    private void WarnOfPrefixes(string prefixes)
    {
        var all = options.Prefixes.Select(text => (Text: text, Prefix: ListenerPrefix.Parse(text))).ToList();
        foreach (var (text, prefix) in all)
        {
            prefix.WarnOfOtherHosts(receiver.Endpoint.Name, logger);
            if (prefix.IsOfEveryHost)
                entryPoint.ListensEverywhere(text);
        }

        if (all.TrueForAll(item => item.Prefix.IsOfLoopback) && Guards.ExcludeLoopback(receiver.Endpoint.Options))
            ListenerLog.LoopbackExcluded(logger, receiver.Endpoint.Name, prefixes);
    }

    private Task WhenAllUnderWay() => Task.WhenAll(_underWay.Keys.Select(exchange => exchange.Completion));

    private async Task CutOffAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        using var lastWait = new Deadline(s_lastWait, CancellationToken.None);
        await lastWait.IsDoneInTimeAsync(WhenAllUnderWay()).ConfigureAwait(false);
        foreach (var exchange in _underWay.Keys)
            exchange.Abort();
    }

    // Removes the prefixes to free the URL. Stop and Close of the managed HttpListener would write '200 OK' to each open connection, and the
    // client would read that as the response to its next call. Idle connections end with HttpListener's timeout or with the process.
    private void Unbind()
    {
        if (_isUnbound)
            return;

        _isUnbound = true;
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
            _ = AcceptLaterAsync(e);
        }
    }

    private void OnAccepted(IAsyncResult result)
    {
        ListenerExchange exchange;
        try
        {
            exchange = new ListenerExchange(_listener.EndGetContext(result), _slots);
        }
        catch (Exception e)
        {
            _ = AcceptLaterAsync(e);
            return;
        }

        _underWay.TryAdd(exchange, true);

        // Accept the next call first, because a handler can block.
        Accept();
        if (result.CompletedSynchronously)
            _ = Task.Run(() => HandleAsync(exchange));
        else
            _ = HandleAsync(exchange);
    }

    private async Task AcceptLaterAsync(Exception failure)
    {
        if (_isUnbound)
            return;

        try
        {
            _lines.AcceptFailed(failure);
        }
        finally
        {
            await timeProvider.WaitAsync(s_pauseAfterFailure, CancellationToken.None).ConfigureAwait(false);
            Accept();
        }
    }

    private async Task HandleAsync(ListenerExchange exchange)
    {
        try
        {
            if (exchange.TryOpen())
            {
                var receipt = await ReceiveAsync(exchange).ConfigureAwait(false);
                await exchange.AnswerAsync(receipt, isLast: _isStopping).ConfigureAwait(false);
            }
            else
            {
                _lines.AnswerLost("HttpListener refused the call");
            }
        }
        catch (Exception e)
        {
            exchange.Abort();
            if (e is Win32Exception or IOException or InvalidOperationException)
                _lines.AnswerLost(e.GetType().Name);
            else
                _lines.ReceiveFailed(e);
        }
        finally
        {
            _underWay.TryRemove(exchange, out _);
            exchange.Dispose();
        }
    }

    private async ValueTask<Receipt> ReceiveAsync(ListenerExchange exchange)
    {
        if (_isStopped)
            return receiver.RefuseUnavailable();

        var request = exchange.Request;
        try
        {
            var receipt = await receiver.ReceiveAsync(request, _end.Token).ConfigureAwait(false);
            if (receipt.Outcome == ReceiveOutcome.Unavailable && !request.HasSlot)
                _lines.TooManyRequests(request.RemoteAddress);
            return receipt;
        }
        catch (Exception e)
        {
            _lines.ReceiveFailed(e);
            return new Receipt(ReceiveOutcome.HandlerFailed);
        }
        finally
        {
            request.ReleaseSlot();
        }
    }
}
