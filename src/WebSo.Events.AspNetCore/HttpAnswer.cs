using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.OutputCaching;

namespace WebSo.Events;

// Sends the answer of the response table, whatever the middleware around the endpoint does.
internal static class HttpAnswer
{
    // Before the call is received: the receiver's own limits apply, and the answer to one event is never given to the next.
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

        // HTTP/2 has no such header; it ends the stream.
        if (isLast && (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol)))
            response.Headers.Connection = "close";

        var sent = context.Features.GetRequiredFeature<IHttpResponseFeature>();
        await ServerBody(context).CompleteAsync();
        context.Features.Set<IHttpResponseFeature>(new AnsweredResponse(sent));
    }

    // A middleware that buffers answers has put its own stream in front of the server's.
    private static IHttpResponseBodyFeature ServerBody(HttpContext context)
    {
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        while (body is StreamResponseBodyFeature { PriorFeature: { } prior })
            body = prior;
        return body;
    }
}
