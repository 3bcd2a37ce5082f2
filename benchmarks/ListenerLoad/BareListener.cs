using System.Net;

namespace ListenerLoad;

// The least that an HttpListener program does: drains the body and answers 200.
internal sealed class BareListener : IDisposable
{
    private readonly HttpListener _listener = new();

    public BareListener(string prefix)
    {
        _listener.Prefixes.Add(prefix);
        _listener.Start();
        for (var i = 0; i < 4; i++)
            _ = AcceptAsync();
    }

    public void Dispose() => _listener.Close();

    private async Task AcceptAsync()
    {
        while (_listener.IsListening)
        {
            var context = await _listener.GetContextAsync();
            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context)
    {
        await context.Request.InputStream.CopyToAsync(Stream.Null);
        context.Response.StatusCode = 200;
        context.Response.ContentLength64 = 0;
        context.Response.Close();
    }
}
