namespace WebSo.Events;

/// <summary>What becomes of the later events of a document after one of them became a dead letter.</summary>
internal enum WebSoAfterDeadLetter
{
    /// <summary>They are handled.</summary>
    Continue,

    /// <summary>They wait until the dead letter is replayed and handled, or discarded.</summary>
    HoldDocument,
}
