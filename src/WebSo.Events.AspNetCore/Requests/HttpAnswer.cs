using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.OutputCaching;

namespace WebSo.Events.AspNetCore.Requests;

// Sends the response of the receiver unchanged by middleware.
internal static class HttpAnswer
{
    // Called before the body is read. Only the limits of the receiver apply, and the response is not cached for the next event.
    public static void Shield(HttpContext context)
    {
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        if (context.Features.Get<IOutputCacheFeature>() is { } cache)
            cache.Context.AllowCacheStorage = false;
    }

    public static async Task SendAsync(HttpContext context, Receipt receipt, int status, bool isLast)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentLength = 0;
        if (receipt.HeaderName is { } header)
            response.Headers[header] = receipt.HeaderValue;

        // HTTP/2 has no such header. It ends the stream instead.
        if (isLast && (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol)))
            response.Headers.Connection = "close";

        var sent = context.Features.GetRequiredFeature<IHttpResponseFeature>();
        await ServerBody(context).CompleteAsync();
        context.Features.Set<IHttpResponseFeature>(new AnsweredResponse(sent));
    }

    // Skips the streams of middleware that buffers responses.
    private static IHttpResponseBodyFeature ServerBody(HttpContext context)
    {
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        while (body is StreamResponseBodyFeature { PriorFeature: { } prior })
            body = prior;
        return body;
    }
}
