namespace WebSo.Events;

/// <summary>Whether tests run much longer than usual (WEBSO_LONG_TESTS=1).</summary>
public static class LongRun
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("WEBSO_LONG_TESTS") == "1";

    /// <summary>The number of cases that a loop runs.</summary>
    public static long Cases(long few) => IsOn ? few * 200 : few;
}
