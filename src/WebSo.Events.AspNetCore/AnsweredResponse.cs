using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace WebSo.Events;

// What the middleware around the endpoint sees once the answer is out. Headers can be set, as is usual for answers without a body,
// and have no effect; without this, setting one throws, which logs an Error and ends the connection at each event.
internal sealed class AnsweredResponse(IHttpResponseFeature sent) : IHttpResponseFeature
{
    public int StatusCode { get; set; } = sent.StatusCode;

    public string? ReasonPhrase { get; set; } = sent.ReasonPhrase;

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary(sent.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase));

    [Obsolete("The interface demands it. Use IHttpResponseBodyFeature.Stream instead.")]
    public Stream Body
    {
        get => sent.Body;
        set => sent.Body = value;
    }

    public bool HasStarted => true;

    // Too late to be called.
    public void OnStarting(Func<object, Task> callback, object state)
    {
    }

    public void OnCompleted(Func<object, Task> callback, object state) => sent.OnCompleted(callback, state);
}
