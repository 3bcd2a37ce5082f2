using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebSo.Events;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives an endpoint an inbox in a SQLite file.</summary>
public static class WebSoEventsSqliteInboxExtensions
{
    /// <summary>
    /// Keeps each event in a SQLite file before it is answered with 200, and handles it from there until it succeeds.
    /// The path is kept apart for each endpoint or shared: events of several endpoints can be in one file.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="path">
    /// The file, on a local disk; created with mode 0600 where it does not exist. A relative path is relative to the content root of the
    /// host, without a host to the program's folder.
    /// </param>
    /// <param name="configure">Sets options of the inbox. Not set: none.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <example><code>builder.Services.AddWebSoEvents().UseSqliteInbox("events.db");</code></example>
    public static IWebSoEventsBuilder UseSqliteInbox(this IWebSoEventsBuilder builder, string path, Action<WebSoInboxOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (string.IsNullOrWhiteSpace(path))
            throw new ArgumentException("An inbox needs the path of its file, as \"events.db\".", nameof(path));

        builder.Services.TryAddSingleton<SqliteInboxStores>();
        return builder.UseInbox(services => services.GetRequiredService<SqliteInboxStores>().Get(path), configure);
    }

    // One store per file, however many endpoints use it.
    private sealed class SqliteInboxStores(IServiceProvider services) : IAsyncDisposable, IDisposable
    {
        private readonly Dictionary<string, SqliteInboxStore> _stores = new(StringComparer.Ordinal);

        public SqliteInboxStore Get(string path)
        {
            var root = services.GetService<IHostEnvironment>()?.ContentRootPath ?? AppContext.BaseDirectory;
            var full = Path.GetFullPath(Path.Combine(root, path));
            lock (_stores)
            {
                if (!_stores.TryGetValue(full, out var store))
                {
                    store = new SqliteInboxStore(full, services.GetRequiredService<TimeProvider>(), services.GetService<ILogger<SqliteInboxStore>>());
                    _stores.Add(full, store);
                }

                return store;
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var store in _stores.Values)
                await store.DisposeAsync().ConfigureAwait(false);
        }

        // A container that is disposed synchronously, as without a host.
        public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();
    }
}
