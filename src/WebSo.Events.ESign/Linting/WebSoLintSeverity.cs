namespace WebSo.Events;

/// <summary>The severity of a <see cref="WebSoLintFinding"/>.</summary>
public enum WebSoLintSeverity
{
    /// <summary>It works with some servers only.</summary>
    Information,

    /// <summary>It works, but can lose events or reveal secrets.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Error,
}
