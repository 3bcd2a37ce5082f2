using System.Net;

namespace EndpointBenchmark;

// The minimum of a correct HttpListener program: several pending accepts, reads the body, answers 200, and reports failures.
internal sealed class BareListener : IDisposable
{
    private const int PendingAccepts = 4;

    private readonly HttpListener _listener = new();

    public BareListener(string prefix)
    {
        _listener.Prefixes.Add(prefix);
        _listener.Start();
        for (var i = 0; i < PendingAccepts; i++)
            _ = AcceptAsync();
    }

    public void Dispose() => _listener.Close();

    private async Task AcceptAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception failure) when (_listener.IsListening)
            {
                Environment.FailFast("The bare listener failed to accept.", failure);
            }
            catch (Exception failure) when (failure is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            await context.Request.InputStream.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 200;
            context.Response.ContentLength64 = 0;
            context.Response.Close();
        }
        catch (Exception failure)
        {
            Environment.FailFast("The bare listener failed to answer.", failure);
        }
    }
}
