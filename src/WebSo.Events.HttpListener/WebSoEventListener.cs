using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

/// <summary>
/// Receives the events of WebSignatureOffice in a program without a host: a console program, a service, .NET Framework.
/// With a host, use <c>AddHttpListener</c>.
/// </summary>
public sealed class WebSoEventListener : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly Stack<IHostedService> _started = new();

    private WebSoEventListener(ServiceProvider services) => _services = services;

    /// <summary>Starts to listen. Returns when calls are received.</summary>
    /// <param name="prefix">
    /// The URL, with a slash at its end: <c>http://localhost:8085/webso/events/</c>; <c>+</c> as host takes every name of the machine.
    /// A call to any path below it is received.
    /// </param>
    /// <param name="configure">
    /// Adds handlers, and what else the default endpoint needs. <see cref="IWebSoEventsBuilder.Services"/> are the listener's own;
    /// hosted services in them, as the worker of an inbox, are started before the listener and stopped after it.
    /// </param>
    /// <exception cref="WebSoListenerException">The URL is taken, or may not be listened on; the message tells what to run.</exception>
    /// <exception cref="OptionsValidationException">
    /// An option is not valid, a handler can't be created, or the endpoint has no guard and the environment variable
    /// <c>DOTNET_ENVIRONMENT</c> is not <c>Development</c> (see <see cref="WebSoEventsOptions.AllowAnonymousCalls"/>).
    /// </exception>
    /// <example>
    /// <code>
    /// await using var listener = WebSoEventListener.Start("http://localhost:8085/webso/events/", builder => builder
    ///     .AddHandler&lt;StatusChangeEvent, ArchiveFinishedDocument&gt;());
    /// </code>
    /// </example>
    public static WebSoEventListener Start(string prefix, Action<IWebSoEventsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(configure);

        var builder = new ServiceCollection().AddWebSoEvents();
        configure(builder);
        builder.AddHttpListener(prefix);
        var listener = new WebSoEventListener(builder.Services.BuildServiceProvider());

        // A caller with a synchronization context, as a window, would wait for itself.
        Task.Run(listener.StartAsync).GetAwaiter().GetResult();
        return listener;
    }

    /// <summary>
    /// Stops to listen: takes no new call, waits for those under way up to <see cref="WebSoListenerOptions.StopTimeout"/>, stops what was
    /// started, and disposes the services.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            while (_started.Count > 0)
                await _started.Pop().StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await _services.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task StartAsync()
    {
        try
        {
            _services.GetService<IStartupValidator>()?.Validate();
            foreach (var service in _services.GetServices<IHostedService>())
            {
                _started.Push(service);
                await service.StartAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
