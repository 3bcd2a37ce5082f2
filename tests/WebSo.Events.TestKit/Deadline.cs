namespace WebSo.Events;

/// <summary>How long a test waits for something that should happen soon, before it fails instead of never ending.</summary>
public static class Deadline
{
    public static TimeSpan Time { get; } = TimeSpan.FromSeconds(30);
}
