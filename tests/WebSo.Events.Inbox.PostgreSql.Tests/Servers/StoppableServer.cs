using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A separate server for tests that restart it or use all its connections.</summary>
[CollectionDefinition(Name)]
public sealed class StoppableServer : IAsyncLifetime, ICollectionFixture<StoppableServer>
{
    public const string Name = "A server that is stopped";

    private readonly PostgreSqlServer _server = new() { MaxConnections = 25 };

    internal PostgreSqlServer Server
    {
        get
        {
            Assert.SkipUnless(_server.CanRestart, "The tests did not start this server, so they can't stop it.");
            return _server;
        }
    }

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
