namespace WebSo.Events;

/// <summary>How a client ends its connection.</summary>
public enum BadEnd
{
    /// <summary>It reads the answer and closes.</summary>
    Close,

    /// <summary>It reads the answer and resets the connection.</summary>
    ResetAfterAnswer,

    /// <summary>It leaves the connection open until the server closes it.</summary>
    Stay,

    /// <summary>It resets the connection without waiting for an answer.</summary>
    ResetAtOnce,
}
