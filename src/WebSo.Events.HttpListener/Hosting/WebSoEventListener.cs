using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

/// <summary>
/// Receives the events of WebSignatureOffice in a program without a host, such as a console program, a service, or a program on .NET
/// Framework. With a host, use <c>AddHttpListener</c> instead.
/// </summary>
public sealed class WebSoEventListener : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly Stack<IHostedService> _started = new();

    private WebSoEventListener(ServiceProvider services) => _services = services;

    /// <summary>Starts listening. Calls are received as soon as the method returns.</summary>
    /// <param name="prefix">
    /// The URL prefix, for example <c>http://localhost:8085/webso/events/</c>, with a slash at the end. A call to any path below it is
    /// received if its Host header names the host of the prefix; the host <c>+</c> matches every name.
    /// </param>
    /// <param name="configure">
    /// Adds handlers and configures the default endpoint. <see cref="IWebSoEventsBuilder.Services"/> belongs to this listener only. Its
    /// hosted services, such as the worker of an inbox, start before the listener and stop after it. If it contains no logging provider,
    /// each warning and error is written to standard error as one line.
    /// </param>
    /// <exception cref="OptionsValidationException">
    /// An option is not valid, a handler can't be created, or the endpoint has no guard and the environment variable
    /// <c>DOTNET_ENVIRONMENT</c> is not <c>Development</c>. See <see cref="WebSoEventsOptions.AllowAnonymousCalls"/>.
    /// </exception>
    /// <exception cref="IOException">
    /// HttpListener refused the prefix, for example because its port is in use or its URL needs a reservation. The message names the cause and
    /// the fix.
    /// </exception>
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

        // Prevents a deadlock if the caller has a synchronization context, such as a UI thread.
        Task.Run(listener.StartAsync).GetAwaiter().GetResult();
        return listener;
    }

    /// <summary>
    /// Stops listening. Waits up to <see cref="WebSoListenerOptions.DrainTimeout"/> for calls in progress, stops the hosted services, and
    /// disposes the services. If one service fails to stop, the others are still stopped.
    /// </summary>
    /// <exception cref="AggregateException">Several services failed to stop. If only one failed, its own exception is thrown.</exception>
    public async ValueTask DisposeAsync()
    {
        var failures = await StopAllAsync().ConfigureAwait(false);
        if (failures.Count > 1)
            throw new AggregateException("Several services of the listener failed to stop.", failures);
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

        // An existing logger factory either uses this provider or has its own way to log.
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
            // Ignore failures of the stop: the caller needs the exception of the start.
            await StopAllAsync().ConfigureAwait(false);
            throw;
        }
    }
}
