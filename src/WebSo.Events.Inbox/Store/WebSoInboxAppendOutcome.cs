namespace WebSo.Events;

/// <summary>What became of a delivery that was to be stored.</summary>
public enum WebSoInboxAppendOutcome
{
    /// <summary>It is stored.</summary>
    Stored,

    /// <summary>It repeats a stored one, whose last answer is known to have gone out, within its window. It is counted there.</summary>
    Repeat,

    /// <summary>It repeats a stored one, of which no answer is known to have gone out. It is counted there.</summary>
    RepeatOfUnanswered,

    /// <summary>It is malformed, and as many malformed ones are kept as may be. It is not stored.</summary>
    MalformedBoundReached,
}
