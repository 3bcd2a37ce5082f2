namespace WebSo.Events;

/// <summary>How bad a finding is.</summary>
public enum WebSoLintSeverity
{
    /// <summary>It works, and something is good to know.</summary>
    Information,

    /// <summary>It works now, and is dangerous.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Error,
}
