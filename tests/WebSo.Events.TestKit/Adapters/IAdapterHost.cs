namespace WebSo.Events;

/// <summary>A running web server with the default endpoint on a free loopback port.</summary>
public interface IAdapterHost : IAsyncDisposable
{
    /// <summary>The URL that the server calls.</summary>
    Uri Url { get; }

    /// <summary>Stops gracefully: accepts no new calls and lets calls in progress end.</summary>
    Task StopAsync();
}
