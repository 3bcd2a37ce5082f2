using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

/// <summary>
/// Receives the events of WebSignatureOffice in a program without a host: a console program, a service, or .NET Framework.
/// With a host, use <c>AddHttpListener</c>.
/// </summary>
public sealed class WebSoEventListener : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly Stack<IHostedService> _started = new();

    private WebSoEventListener(ServiceProvider services) => _services = services;

    /// <summary>Starts listening. When it returns, calls are received.</summary>
    /// <param name="prefix">
    /// The URL prefix, for example <c>http://localhost:8085/webso/events/</c>, with a slash at the end. A call to any path below it is
    /// received if its Host header names the host of the prefix; the host <c>+</c> matches every name.
    /// </param>
    /// <param name="configure">
    /// Adds handlers and everything else the default endpoint needs. The listener has <see cref="IWebSoEventsBuilder.Services"/> of its
    /// own. Hosted services in them, such as the worker of an inbox, start before the listener and stop after it. Without a logging
    /// provider in them, warnings and errors are written to standard error, in one line each.
    /// </param>
    /// <exception cref="OptionsValidationException">
    /// An option is not valid, a handler can't be created, or the endpoint has no guard and the environment variable
    /// <c>DOTNET_ENVIRONMENT</c> is not <c>Development</c> (see <see cref="WebSoEventsOptions.AllowAnonymousCalls"/>).
    /// </exception>
    /// <exception cref="WebSoListenerException">HttpListener refused the prefix. The message names the cause and the fix.</exception>
    /// <example>
    /// <code>
    /// await using var listener = WebSoEventListener.Start("http://localhost:8085/webso/events/", events =>
    /// {
    ///     events.Services.Configure&lt;WebSoEventsOptions&gt;(options => options.RequireHeader("X-Webso-Key", key));
    ///     events.AddHandler&lt;StatusChangeEvent, ArchiveFinishedDocument&gt;();
    /// });
    /// </code>
    /// </example>
    public static WebSoEventListener Start(string prefix, Action<IWebSoEventsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(configure);

        var builder = new ServiceCollection().AddWebSoEvents();
        configure(builder);
        builder.AddHttpListener(prefix);
        LogToStandardErrorByDefault(builder.Services);
        var listener = new WebSoEventListener(builder.Services.BuildServiceProvider());

        // A caller with a synchronization context, such as a window, would wait for itself.
        Task.Run(listener.StartAsync).GetAwaiter().GetResult();
        return listener;
    }

    /// <summary>
    /// Stops listening: waits up to <see cref="WebSoListenerOptions.DrainTimeout"/> for the calls under way, stops the hosted services, and
    /// disposes the services. A service that fails to stop does not keep the others from being stopped.
    /// </summary>
    /// <exception cref="AggregateException">Several services failed to stop. The exception of a single one is thrown as it is.</exception>
    public async ValueTask DisposeAsync()
    {
        var failures = await StopAllAsync().ConfigureAwait(false);
        if (failures.Count > 1)
            throw new AggregateException("Services of the listener failed to stop.", failures);
        if (failures.Count == 1)
            ExceptionDispatchInfo.Capture(failures[0]).Throw();
    }

    private async Task<List<Exception>> StopAllAsync()
    {
        var failures = new List<Exception>();
        while (_started.Count > 0)
        {
            try
            {
                await _started.Pop().StopAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }

        try
        {
            await _services.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failures.Add(e);
        }

        return failures;
    }

    private static void LogToStandardErrorByDefault(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ILoggerProvider)))
            return;

        // A factory that is there already either uses the provider, or has its own way to log.
        services.AddSingleton<ILoggerProvider, StandardErrorLoggerProvider>();
        services.TryAddSingleton<ILoggerFactory, StandardErrorLoggerProvider>();
        services.TryAdd(ServiceDescriptor.Singleton(typeof(ILogger<>), typeof(Logger<>)));
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
            // What fails now is a consequence: the caller needs the exception of the start.
            await StopAllAsync().ConfigureAwait(false);
            throw;
        }
    }
}
