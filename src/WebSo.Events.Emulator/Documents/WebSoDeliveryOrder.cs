namespace WebSo.Events;

/// <summary>Whether the calls for different events of one document may overlap. What the server does is not documented.</summary>
public enum WebSoDeliveryOrder
{
    /// <summary>Each event is sent as soon as it is fired: calls overlap, and a repeat comes after newer events.</summary>
    Concurrent,

    /// <summary>The next event of a document is sent only when the one before was answered with 200 or given up.</summary>
    SerialPerDocument,
}
