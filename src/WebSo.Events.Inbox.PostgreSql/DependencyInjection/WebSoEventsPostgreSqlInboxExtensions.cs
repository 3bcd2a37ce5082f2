using Microsoft.Extensions.Logging;
using WebSo.Events;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives an endpoint an inbox in a PostgreSQL database, which any number of instances share.</summary>
public static class WebSoEventsPostgreSqlInboxExtensions
{
    /// <summary>
    /// Stores each event in PostgreSQL (15 and later) before it is answered with 200, and handles it from there, on one of the instances,
    /// until it succeeds.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="connectionString">
    /// Of Npgsql. Not set in it, <c>Max Auto Prepare</c> is 64, <c>Keepalive</c> 10 s, <c>Write Buffer Size</c> 128 KiB, <c>No Reset On Close</c> true.
    /// </param>
    /// <param name="configure">Sets options of the inbox. Not set: none.</param>
    /// <param name="configureDatabase">Sets options of the database, as its schema. Not set: none.</param>
    /// <exception cref="ArgumentException">The connection string is empty or can't be read, or an option of the database is not valid.</exception>
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
                "An inbox on PostgreSQL needs a connection string, as \"Host=db;Database=webso;Username=webso\". Is it missing in the configuration?",
                nameof(connectionString));
        }

        return Use(builder, connectionString, PostgreSqlConnections.Validate(connectionString), PostgreSqlInbox.CreateEngine, configure, configureDatabase);
    }

    /// <inheritdoc cref="UsePostgreSqlInbox(IWebSoEventsBuilder, string, Action{WebSoInboxOptions}?, Action{WebSoPostgreSqlOptions}?)"/>
    /// <param name="builder">The endpoint.</param>
    /// <param name="dataSource">
    /// The data source. It stays the caller's to dispose, after the host has stopped. <c>Max Auto Prepare</c> of 32 or more makes it faster.
    /// </param>
    /// <param name="configure">Sets options of the inbox. Not set: none.</param>
    /// <param name="configureDatabase">Sets options of the database, as its schema. Not set: none.</param>
    /// <exception cref="ArgumentException">An option of the database is not valid.</exception>
    public static IWebSoEventsBuilder UsePostgreSqlInbox(
        this IWebSoEventsBuilder builder,
        NpgsqlDataSource dataSource,
        Action<WebSoInboxOptions>? configure = null,
        Action<WebSoPostgreSqlOptions>? configureDatabase = null)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return Use(builder, dataSource, new NpgsqlConnectionStringBuilder(dataSource.ConnectionString), PostgreSqlInbox.CreateEngine, configure, configureDatabase);
    }

    // Endpoints on one source with the same options share an engine: its writer, its connections.
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
