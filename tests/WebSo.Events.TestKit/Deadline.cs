namespace WebSo.Events;

/// <summary>What should end and does not, ends a test with a failure and not never.</summary>
public static class Deadline
{
    public static TimeSpan Time { get; } = TimeSpan.FromSeconds(30);
}
