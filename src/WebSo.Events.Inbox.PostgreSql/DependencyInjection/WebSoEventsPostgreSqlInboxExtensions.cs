using Microsoft.Extensions.Logging;
using WebSo.Events;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds an inbox in a PostgreSQL database to an endpoint. Any number of instances can share the inbox.</summary>
public static class WebSoEventsPostgreSqlInboxExtensions
{
    /// <summary>
    /// Stores each event in PostgreSQL (15 or later) before the call is answered with 200. One of the instances then handles the event until
    /// it succeeds.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="connectionString">
    /// The Npgsql connection string. These defaults apply to keywords that it does not set: <c>Max Auto Prepare=64</c>,
    /// <c>Auto Prepare Min Usages=2</c>, <c>Keepalive=10</c> (seconds), <c>Write Buffer Size=131072</c> (bytes), <c>No Reset On Close=true</c>.
    /// </param>
    /// <param name="configure">Sets the options of the inbox. Default: <see langword="null"/>, which keeps all defaults.</param>
    /// <param name="configureDatabase">Sets the options of the database. Default: <see langword="null"/>, which keeps all defaults.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The connection string is empty or invalid, or an option of the database is invalid.</exception>
    /// <exception cref="InvalidOperationException">The endpoint already has an inbox.</exception>
    /// <example><code>builder.Services.AddWebSoEvents().UsePostgreSqlInbox(builder.Configuration.GetConnectionString("Inbox")!);</code></example>
    public static IWebSoEventsBuilder UsePostgreSqlInbox(
        this IWebSoEventsBuilder builder,
        string connectionString,
        Action<WebSoInboxOptions>? configure = null,
        Action<WebSoPostgreSqlOptions>? configureDatabase = null)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new ArgumentException(
                "The connection string of the inbox is empty. Check the configuration. Example: \"Host=db;Database=webso;Username=webso\".",
                nameof(connectionString));
        }

        return Use(builder, connectionString, PostgreSqlConnections.Validate(connectionString), PostgreSqlInbox.CreateEngine, configure, configureDatabase);
    }

    /// <inheritdoc cref="UsePostgreSqlInbox(IWebSoEventsBuilder, string, Action{WebSoInboxOptions}?, Action{WebSoPostgreSqlOptions}?)"/>
    /// <param name="builder">The endpoint.</param>
    /// <param name="dataSource">
    /// The data source. The caller disposes it after the host has stopped. For better performance, set <c>Max Auto Prepare</c> to 32 or more.
    /// </param>
    /// <param name="configure">Sets the options of the inbox. Default: <see langword="null"/>, which keeps all defaults.</param>
    /// <param name="configureDatabase">Sets the options of the database. Default: <see langword="null"/>, which keeps all defaults.</param>
    /// <exception cref="ArgumentException">A setting of the data source or an option of the database is invalid.</exception>
    public static IWebSoEventsBuilder UsePostgreSqlInbox(
        this IWebSoEventsBuilder builder,
        NpgsqlDataSource dataSource,
        Action<WebSoInboxOptions>? configure = null,
        Action<WebSoPostgreSqlOptions>? configureDatabase = null)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return Use(builder, dataSource, new NpgsqlConnectionStringBuilder(dataSource.ConnectionString), PostgreSqlInbox.CreateEngine, configure, configureDatabase);
    }

    // Endpoints with the same source and options share one engine, with its writer and connections.
    private static IWebSoEventsBuilder Use<TSource>(
        IWebSoEventsBuilder builder,
        TSource source,
        NpgsqlConnectionStringBuilder settings,
        Func<TSource, WebSoPostgreSqlOptions, TimeProvider, ILogger, InboxEngine> createEngine,
        Action<WebSoInboxOptions>? configure,
        Action<WebSoPostgreSqlOptions>? configureDatabase)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new WebSoPostgreSqlOptions();
        configureDatabase?.Invoke(options);
        options.Validate();
        PostgreSqlConnections.EnsureUsable(settings, options.UseNotifications);
        var key = (source, options.Schema, options.CreateSchema, options.UseNotifications, options.OpenTimeout);
        return builder.UseInbox(
            services => services.GetRequiredService<InboxEngines>().Get(key, (time, logger) => createEngine(source, options, time, logger)), configure);
    }
}
