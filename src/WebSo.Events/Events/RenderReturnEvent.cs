namespace WebSo.Events;

/// <summary><c>RENDER_RETURN</c>: the rendering of the document has finished.</summary>
/// <remarks>The vendor's own example of this event has <c>event</c> without quotes. It is read, too.</remarks>
public sealed record RenderReturnEvent() : WebSoEvent(WebSoEventNames.RenderReturn)
{
    /// <summary>Whether the rendering succeeded, the property <c>status</c>. <c>default</c> where it is absent.</summary>
    public required RenderStatus Status { get; init; }
}
