using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

/// <summary>Starts listeners, and stops them when the test ends.</summary>
public abstract class ListenerTest : IAsyncDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly List<ListenerHost> _hosts = [];

    protected static CancellationToken Canceled => TestContext.Current.CancellationToken;

    protected TestLog Log { get; } = new();

    /// <summary>Completes when a handler of <see cref="Waiting"/> is called.</summary>
    protected TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets the handlers of <see cref="Waiting"/> continue.</summary>
    protected TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        GoOn.TrySetResult();
        foreach (var host in _hosts)
            await host.DisposeAsync();
        _client.Dispose();
        Log.VerifyNoUnexpectedErrors();
        GC.SuppressFinalize(this);
    }

    protected static void Nothing(IWebSoEventsBuilder builder) => TestEnvironment.Set(builder.Services, "Development");

    protected void Waiting(IWebSoEventsBuilder builder) => builder.AddHandler<WebSoEvent>("waits", async (_, _, _) =>
    {
        Started.TrySetResult();
        await GoOn.Task;
    });

    private protected ListenerHost Start(Action<IWebSoEventsBuilder> configure, Action<WebSoListenerOptions>? options = null)
    {
        var host = ListenerHost.Start(Log, configure, options);
        _hosts.Add(host);
        return host;
    }

    protected Task<HttpResponseMessage> PostAsync(Uri url) =>
        _client.PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);

    protected Task<HttpResponseMessage> GetAsync(Uri url) => _client.GetAsync(url, Canceled);
}
