namespace WebSo.Events.Engine;

/// <summary>What a mark does with a lease.</summary>
internal enum MarkKind
{
    /// <summary>Keeps it, for its full time from now; handlers that completed are noted.</summary>
    Renew,

    /// <summary>Gives it back, to be taken again after a delay. The attempt counts.</summary>
    Retry,

    /// <summary>Gives it back, to be taken again after a delay, because the attempt before was cut off. This one does not count.</summary>
    Postpone,

    /// <summary>Gives it back as if it had not been granted.</summary>
    Release,

    /// <summary>Ends the run.</summary>
    Finish,
}
