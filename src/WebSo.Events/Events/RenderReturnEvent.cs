namespace WebSo.Events;

/// <summary>The event <c>RENDER_RETURN</c>: the rendering of a document finished.</summary>
/// <remarks>The vendor's example of this event has the JSON property name <c>event</c> without quotes, which is also read.</remarks>
public sealed record RenderReturnEvent() : WebSoEvent(EventNames.RenderReturn)
{
    /// <summary>Gets whether the rendering succeeded (JSON property <c>status</c>). <c>default</c> if absent.</summary>
    public required RenderStatus Status { get; init; }
}
