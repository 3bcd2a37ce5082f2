using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using WebSo.Events;
using WebSo.Events.Engine;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives an endpoint an inbox in a SQLite file.</summary>
public static class WebSoEventsSqliteInboxExtensions
{
    /// <summary>
    /// Stores each event in a SQLite file before it is answered with 200, and handles it from there until it succeeds. Endpoints can share a
    /// file; each sees its own events.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="path">
    /// The file, on a local disk; created with mode 0600 if it does not exist. Its folder must exist. A relative path is relative to the
    /// content root of the host, without a host to the program's folder.
    /// </param>
    /// <param name="configure">Sets options of the inbox. Not set: none.</param>
    /// <param name="configureFile">Sets options of the file. Not set: none.</param>
    /// <exception cref="ArgumentException">The path is empty, or an option of the file is not valid.</exception>
    /// <exception cref="InvalidOperationException">The endpoint already has an inbox.</exception>
    /// <remarks>
    /// The file is opened, and handling begins, with the host's hosted services. A program without a host starts those itself:
    /// <c>IHostedService</c>.
    /// </remarks>
    /// <example><code>builder.Services.AddWebSoEvents().UseSqliteInbox("events.db");</code></example>
    public static IWebSoEventsBuilder UseSqliteInbox(
        this IWebSoEventsBuilder builder,
        string path,
        Action<WebSoInboxOptions>? configure = null,
        Action<WebSoSqliteOptions>? configureFile = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (string.IsNullOrWhiteSpace(path))
            throw new ArgumentException("An inbox needs the path of its file, as \"events.db\".", nameof(path));

        var options = new WebSoSqliteOptions();
        configureFile?.Invoke(options);
        options.Validate();
        builder.Services.TryAddSingleton<SqliteEngines>();
        return builder.UseInbox(services => services.GetRequiredService<SqliteEngines>().Get(path, options), configure);
    }

    // One engine per file, however many endpoints use it.
    private sealed class SqliteEngines(IServiceProvider services) : IAsyncDisposable, IDisposable
    {
        private readonly Dictionary<string, InboxEngine> _engines = new(StringComparer.Ordinal);

        public InboxEngine Get(string path, WebSoSqliteOptions options)
        {
            var root = services.GetService<IHostEnvironment>()?.ContentRootPath ?? AppContext.BaseDirectory;
            var full = Path.GetFullPath(Path.Combine(root, path));
            lock (_engines)
            {
                if (!_engines.TryGetValue(full, out var engine))
                {
                    engine = SqliteInbox.CreateEngine(full, options, services.GetRequiredService<TimeProvider>(), SafeLogger.Of<IWebSoInbox>(services));
                    _engines.Add(full, engine);
                }

                return engine;
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var engine in _engines.Values)
                await engine.DisposeAsync().ConfigureAwait(false);
        }

        // A container that is disposed synchronously, as without a host.
        public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();
    }
}
