namespace WebSo.Events;

/// <summary>What happens to the later events of a document when one of them becomes a dead letter.</summary>
public enum WebSoAfterDeadLetter
{
    /// <summary>They are handled.</summary>
    Continue,

    /// <summary>They wait until the dead letter is replayed and handled, or discarded.</summary>
    HoldDocument,
}
