using Microsoft.Extensions.Hosting;
using WebSo.Events;

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
        return builder.UseInbox(
            services =>
            {
                var full = Path.GetFullPath(Path.Combine(services.GetService<IHostEnvironment>()?.ContentRootPath ?? AppContext.BaseDirectory, path));
                return services.GetRequiredService<InboxEngines>().Get(full, (time, logger) => SqliteInbox.CreateEngine(full, options, time, logger));
            },
            configure);
    }
}
