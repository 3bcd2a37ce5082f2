using Microsoft.Extensions.Hosting;
using WebSo.Events;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds an inbox in a SQLite file to an endpoint.</summary>
public static class WebSoEventsSqliteInboxExtensions
{
    /// <summary>
    /// Stores each event in a SQLite file before the call is answered with 200, and then handles the event until it succeeds. Several endpoints
    /// can share a file. Each endpoint handles its own events only.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="path">
    /// The path of the file, on a local disk. A relative path is relative to the content root of the host, or to the folder of the program if
    /// there is no host. The folder must exist. A file that does not exist is created with mode 0600.
    /// </param>
    /// <param name="configure">Sets the options of the inbox. Default: <see langword="null"/>, which keeps all defaults.</param>
    /// <param name="configureFile">Sets the options of the file. Default: <see langword="null"/>, which keeps all defaults.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The path is empty, or an option of the file is invalid.</exception>
    /// <exception cref="InvalidOperationException">The endpoint already has an inbox.</exception>
    /// <remarks>
    /// The hosted services of the host open the file and start the handling. A program without a host must start each <c>IHostedService</c>
    /// itself.
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
            throw new ArgumentException("The path of the inbox is empty. Pass the path of its file, for example \"events.db\".", nameof(path));

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
