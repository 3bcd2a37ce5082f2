using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Xunit;

namespace WebSo.Events.EndToEnd.Samples;

/// <summary>Checks that the process closes its sockets after any bad call, on .NET and on Mono.</summary>
public sealed class SocketLeakTests : IDisposable
{
    private const int CallsOfAKind = 20;

    private readonly TempFolder _folder = new();
    private readonly string _prefix = Loopback.FreePrefix();
    private readonly SampleClient _client;

    public SocketLeakTests() => _client = new SampleClient(_prefix);

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    private Uri Url => new(_prefix);

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("dotnet", BadEnd.Close)]
    [InlineData("dotnet", BadEnd.ResetAfterAnswer)]
    [InlineData("dotnet", BadEnd.Stay)]
    [InlineData("dotnet", BadEnd.ResetAtOnce)]
    [InlineData("mono", BadEnd.Close)]
    [InlineData("mono", BadEnd.ResetAfterAnswer)]
    [InlineData("mono", BadEnd.Stay)]
    [InlineData("mono", BadEnd.ResetAtOnce)]
    public async Task BadCalls_OfEveryKind_LeaveNoSocketOpen(string runtime, BadEnd end)
    {
        await using var sample = runtime == "mono" ? await NetFrameworkTests.StartAsync(_prefix) : await ConsoleListenerTests.StartAsync(_prefix);
        (await _client.PostAsync(Payloads.StatusChange)).Should().Be(HttpStatusCode.OK);
        var before = sample.CountSockets();

        foreach (var call in BadCall.AllOf(Url).Where(call => end != BadEnd.Stay || call.IsRefused))
        {
            await Task.WhenAll(Enumerable.Range(0, CallsOfAKind).Select(_ => call.SendAsync(Url, end, Canceled)));
            await sample.WaitForSocketsAsync(before, call.Name);
        }

        (await _client.PostAsync(Payloads.StatusChange)).Should().Be(HttpStatusCode.OK);
        (await sample.PressEnterAsync(Canceled)).Should().Be(0);
    }

    [Fact]
    public async Task Reset_UnderMonoWhileTheInboxStores_LeavesNoSocketOpen()
    {
        var database = _folder.File();
        await using var sample = await NetFrameworkTests.StartAsync(_prefix, database);
        (await _client.PostAsync(Payloads.StatusChange)).Should().Be(HttpStatusCode.OK);
        var before = sample.CountSockets();

        // The store waits for this transaction while the clients disconnect.
        await using (var connection = new SqliteConnection($"Data Source={database}"))
        {
            await connection.OpenAsync(Canceled);
            await using var transaction = connection.BeginTransaction(deferred: false);
            await Task.WhenAll(Enumerable.Range(0, CallsOfAKind).Select(SendAndResetAsync));
        }

        await sample.WaitForSocketsAsync(before, "clients reset their connections while the inbox stored");
        (await _client.PostAsync(Payloads.UserFinish)).Should().Be(HttpStatusCode.OK);
        (await sample.PressEnterAsync(Canceled)).Should().Be(0);
    }

    private async Task SendAndResetAsync(int id)
    {
        var body = Payloads.StatusChange.Replace("23822", $"id{id}", StringComparison.Ordinal);
        using var client = new TcpClient();
        await client.ConnectAsync(Url.Host, Url.Port, Canceled);
        var call = RawConnection.Head(Url, $"X-Webso-Key: {SampleClient.Key}\r\nContent-Length: {body.Length}\r\n") + body;
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(call), Canceled);

        // The process has read the call, so it is in progress.
        var port = ((IPEndPoint)client.Client.LocalEndPoint!).Port;
        while (ServerSocket.Find(Url.Port, port) is not { HasUnreadBytes: false, Inode: not "0" })
            await Task.Delay(20, Canceled);
        client.Client.Close(0);
    }
}
