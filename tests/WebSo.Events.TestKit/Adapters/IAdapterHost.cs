namespace WebSo.Events;

/// <summary>A running web server with the default endpoint, on loopback and a free port.</summary>
public interface IAdapterHost : IAsyncDisposable
{
    /// <summary>The URL that the server calls.</summary>
    Uri Url { get; }

    /// <summary>A graceful stop: no new call is taken, those under way end.</summary>
    Task StopAsync();
}
