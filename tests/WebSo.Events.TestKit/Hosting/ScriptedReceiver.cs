using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

/// <summary>Records each call, and answers with the statuses of a script and then with 200. Runs Kestrel on loopback.</summary>
public sealed class ScriptedReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<int> _script;
    private readonly Channel<ReceivedCall> _calls = Channel.CreateUnbounded<ReceivedCall>();

    private ScriptedReceiver(WebApplication app, IEnumerable<int> script) => (_app, _script) = (app, new ConcurrentQueue<int>(script));

    public string Url { get; private set; } = "";

    /// <summary>Awaited before each response, so that a test can delay it.</summary>
    public Func<ReceivedCall, CancellationToken, Task> BeforeAnswer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether connections are closed after each response without a Connection header.</summary>
    public bool ClosesConnections { get; set; }

    public static async Task<ScriptedReceiver> StartAsync(params int[] script)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new ScriptedReceiver(app, script);
        app.Run(receiver.AnswerAsync);
        await app.StartAsync();
        receiver.Url = app.Urls.First() + "/events";
        return receiver;
    }

    /// <summary>Waits for the next call, in order of arrival.</summary>
    public async Task<ReceivedCall> NextAsync() => await _calls.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Deadline.Time);

    /// <summary>The calls that <see cref="NextAsync"/> has not returned yet.</summary>
    public List<ReceivedCall> TakeAll()
    {
        var calls = new List<ReceivedCall>();
        while (_calls.Reader.TryRead(out var call))
            calls.Add(call);
        return calls;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var call = new ReceivedCall(
            context.Request.Method,
            context.Request.Path,
            context.Connection.Id,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await ReadAsync(context));
        _calls.Writer.TryWrite(call);
        if (call.Body is null)
            return;

        await BeforeAnswer(call, context.RequestAborted);
        if (ClosesConnections)
            context.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().RequestClose();
        context.Response.StatusCode = _script.TryDequeue(out var status) ? status : 200;
        if (context.Response.StatusCode is >= 300 and < 400)
            context.Response.Headers.Location = Url + "/moved?key=geheim";
    }

    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body);
            return body.ToArray();
        }
        catch (BadHttpRequestException)
        {
            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
