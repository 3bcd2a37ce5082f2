using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using WebSo.Events;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives an endpoint an inbox in a PostgreSQL database, which any number of instances share.</summary>
public static class WebSoEventsPostgreSqlInboxExtensions
{
    /// <summary>
    /// Keeps each event in PostgreSQL (15 and later) before it is answered with 200, and handles it from there, on one of the instances,
    /// until it succeeds.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="connectionString">
    /// Of Npgsql. Not set in it, <c>Max Auto Prepare</c> is 64, <c>Keepalive</c> 10 s, <c>Write Buffer Size</c> 128 KiB, <c>No Reset On Close</c> true.
    /// </param>
    /// <param name="configure">Sets options of the inbox. Not set: none.</param>
    /// <param name="configureStore">Sets options of the store, as its schema or its lease. Not set: none.</param>
    /// <exception cref="ArgumentException">The connection string is empty or can't be read, or an option of the store is not valid.</exception>
    /// <example><code>builder.Services.AddWebSoEvents().UsePostgreSqlInbox(builder.Configuration.GetConnectionString("Inbox")!);</code></example>
    public static IWebSoEventsBuilder UsePostgreSqlInbox(
        this IWebSoEventsBuilder builder,
        string connectionString,
        Action<WebSoInboxOptions>? configure = null,
        Action<WebSoPostgreSqlOptions>? configureStore = null)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new ArgumentException(
                "An inbox on PostgreSQL needs a connection string, as \"Host=db;Database=webso;Username=webso\". Is it missing in the configuration?",
                nameof(connectionString));
        }

        return Use(builder, connectionString, DataSource.Validate(connectionString), configure, configureStore);
    }

    /// <inheritdoc cref="UsePostgreSqlInbox(IWebSoEventsBuilder, string, Action{WebSoInboxOptions}?, Action{WebSoPostgreSqlOptions}?)"/>
    /// <param name="builder">The endpoint.</param>
    /// <param name="dataSource">
    /// The data source. It stays the caller's to dispose, after the host has stopped. <c>Max Auto Prepare</c> of 32 or more makes it faster.
    /// </param>
    /// <param name="configure">Sets options of the inbox. Not set: none.</param>
    /// <param name="configureStore">Sets options of the store, as its schema or its lease. Not set: none.</param>
    /// <exception cref="ArgumentException">An option of the store is not valid.</exception>
    public static IWebSoEventsBuilder UsePostgreSqlInbox(
        this IWebSoEventsBuilder builder,
        NpgsqlDataSource dataSource,
        Action<WebSoInboxOptions>? configure = null,
        Action<WebSoPostgreSqlOptions>? configureStore = null)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return Use(builder, dataSource, new NpgsqlConnectionStringBuilder(dataSource.ConnectionString), configure, configureStore);
    }

    private static IWebSoEventsBuilder Use(
        IWebSoEventsBuilder builder,
        object source,
        NpgsqlConnectionStringBuilder settings,
        Action<WebSoInboxOptions>? configure,
        Action<WebSoPostgreSqlOptions>? configureStore)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new WebSoPostgreSqlOptions();
        configureStore?.Invoke(options);
        options.Validate();
        DataSource.EnsureUsable(settings, options.UseNotifications);
        builder.Services.TryAddSingleton<PostgreSqlInboxStores>();
        return builder.UseInbox(services => services.GetRequiredService<PostgreSqlInboxStores>().Get(source, options), configure);
    }

    // The source is a connection string or a data source. Endpoints on one source with the same options share a store: its writer, its
    // connections.
    private sealed class PostgreSqlInboxStores(IServiceProvider services) : IAsyncDisposable, IDisposable
    {
        private readonly Dictionary<object, WebSoPostgreSqlInboxStore> _stores = [];

        public WebSoPostgreSqlInboxStore Get(object source, WebSoPostgreSqlOptions options)
        {
            var key = (source, options.Schema, options.CreateSchema, options.LeaseDuration, options.UseNotifications, options.OpenTimeout);
            lock (_stores)
            {
                if (!_stores.TryGetValue(key, out var store))
                {
                    store = Create(source, options);
                    _stores.Add(key, store);
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

        private WebSoPostgreSqlInboxStore Create(object source, WebSoPostgreSqlOptions options)
        {
            var time = services.GetRequiredService<TimeProvider>();
            var logger = services.GetService<ILogger<WebSoPostgreSqlInboxStore>>();
            return source is NpgsqlDataSource dataSource
                ? new WebSoPostgreSqlInboxStore(dataSource, options, time, logger)
                : new WebSoPostgreSqlInboxStore((string)source, options, time, logger);
        }
    }
}
