namespace WebSo.Events;

/// <summary>How long a test waits for something before it fails.</summary>
public static class Deadline
{
    public static TimeSpan Time { get; } = TimeSpan.FromSeconds(30);
}
