namespace WebSo.Events;

/// <summary>How bad a finding is.</summary>
public enum WebSoLintSeverity
{
    /// <summary>It works on some servers, or there is something to know.</summary>
    Information,

    /// <summary>It works now, but events can be lost or secrets leak.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Error,
}
