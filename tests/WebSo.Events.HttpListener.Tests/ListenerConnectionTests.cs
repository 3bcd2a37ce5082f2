using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>A chunked body counts as complete only while its connection is open.</summary>
public sealed class ListenerConnectionTests
{
    [Fact]
    public async Task IsOpen_ConnectionUnknownToSystem_ReturnsFalse()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "HTTP.sys itself reports incomplete chunks");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using var server = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var (local, remote) = ((IPEndPoint)server.Client.LocalEndPoint!, (IPEndPoint)server.Client.RemoteEndPoint!);

        var open = new ListenerConnection(local, remote).IsOpen();
        var unknown = new ListenerConnection(null, remote).IsOpen();
        var other = new ListenerConnection(local, new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1)).IsOpen();
        client.Client.Close(0);
        var gone = new ListenerConnection(local, remote).IsOpen();

        (open, unknown, other, gone).Should().Be((true, false, false, false));
    }
}
