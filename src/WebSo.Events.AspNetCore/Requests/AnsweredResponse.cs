using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace WebSo.Events.AspNetCore.Requests;

// The response that middleware sees after it was sent. Setting a header has no effect. On the original response it would throw, which logs an
// error and closes the connection for each event.
internal sealed class AnsweredResponse(IHttpResponseFeature sent) : IHttpResponseFeature
{
    public int StatusCode { get; set; } = sent.StatusCode;

    public string? ReasonPhrase { get; set; } = sent.ReasonPhrase;

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary(sent.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase));

    [Obsolete("Required by the interface. Use IHttpResponseBodyFeature.Stream instead.")]
    public Stream Body
    {
        get => sent.Body;
        set => sent.Body = value;
    }

    public bool HasStarted => true;

    // The response has started, so the callback would never be called.
    public void OnStarting(Func<object, Task> callback, object state)
    {
    }

    public void OnCompleted(Func<object, Task> callback, object state) => sent.OnCompleted(callback, state);
}
