using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using WebSo.Events;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Receives the events of WebSignatureOffice in a middleware, for applications without routing.</summary>
public static class WebSoEventsApplicationBuilderExtensions
{
    /// <summary>
    /// Receives the events at a path; calls to other paths go on. Place it before anything that reads bodies, redirects or authenticates.
    /// </summary>
    /// <remarks>
    /// The start fails, before the web server listens, when the endpoint has no guard outside Development
    /// (see <see cref="WebSoEventsOptions.AllowAnonymousCalls"/>), when the path is used twice, or when a fallback policy of the authorization
    /// would answer in its place.
    /// </remarks>
    /// <param name="app">The application.</param>
    /// <param name="path">The exact path; upper and lower case do not differ, nor does a slash at its end.</param>
    /// <param name="name">The name given to <c>AddWebSoEvents</c>. Not set: the default endpoint.</param>
    /// <exception cref="InvalidOperationException"><c>AddWebSoEvents</c> was not called for this name.</exception>
    /// <exception cref="OptionsValidationException">The options of the endpoint are not valid.</exception>
    public static IApplicationBuilder UseWebSoEvents(this IApplicationBuilder app, string path = "/webso/events", string? name = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(path);

        var expected = new PathString(path.TrimEnd('/'));
        var entryPoint = new MiddlewareEntryPoint(HttpReceiver.Create(app.ApplicationServices, name), app, expected);
        entryPoint.Add();
        return app.Use(next =>
        {
            // The pipeline is built before the web server listens.
            entryPoint.Verify();
            return context => context.Request.Path.StartsWithSegments(expected, out var rest) && (!rest.HasValue || rest == "/")
                ? entryPoint.HandleAsync(context)
                : next(context);
        });
    }
}
