namespace WebSo.Events.EndToEnd.Samples;

/// <summary>How a client ends its connection.</summary>
public enum BadEnd
{
    /// <summary>Reads the answer, and closes the connection.</summary>
    Close,

    /// <summary>Reads the answer, and resets the connection.</summary>
    ResetAfterAnswer,

    /// <summary>Leaves the connection open until the server closes it.</summary>
    Stay,

    /// <summary>Resets the connection without waiting for an answer.</summary>
    ResetAtOnce,
}
