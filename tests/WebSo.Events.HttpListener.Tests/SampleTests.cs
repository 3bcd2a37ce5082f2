using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>The console program as a process of its own.</summary>
public sealed class SampleTests
{
    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    private static string Program => Path.Combine(ListenerProcess.OutputOf("ConsoleListener", "net10.0"), "ConsoleListener.dll");

    [Fact]
    public async Task ConsoleListener_DocumentedPayloads_PrintsALineEachAndStops()
    {
        var prefix = ListenerHost.FreePrefix();
        using var client = new SampleClient(prefix);
        await using var sample = ListenerProcess.Start("dotnet", Program, prefix);
        await sample.WaitForAsync("Now listening on: ", Canceled);

        await client.PostPayloadsAsync(sample);

        (await sample.StopAsync(Canceled)).Should().Be(0);
    }

    [Fact]
    public async Task ConsoleListener_OutOfFileDescriptors_GoesOnAndRecovers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the limit of open files is set by ulimit, and read from /proc");
        const int Limit = 200;
        var prefix = ListenerHost.FreePrefix();
        await using var sample = ListenerProcess.Start("bash", "-c", $"ulimit -n {Limit} && exec dotnet \"$0\" \"$1\"", Program, prefix);
        await sample.WaitForAsync("Now listening on: ", Canceled);
        await using var inTime = await RawConnection.OpenAsync(new Uri(prefix));
        var beforeAnswer = await CallAsync(inTime, prefix);
        var many = new List<RawConnection>();
        for (var i = 0; i < Limit; i++)
            many.Add(await RawConnection.OpenAsync(new Uri(prefix)));
        await WaitForOpenFilesAsync(sample.Id, Limit - 1);

        var duringAnswer = await CallAsync(inTime, prefix);
        await using var late = await RawConnection.OpenAsync(new Uri(prefix));
        var lateAnswer = CallAsync(late, prefix);
        var wasAcceptedWithoutRoom = lateAnswer.IsCompleted;
        foreach (var connection in many)
            await connection.DisposeAsync();

        beforeAnswer.Should().StartWith("HTTP/1.1 200");
        duringAnswer.Should().StartWith("HTTP/1.1 200");
        wasAcceptedWithoutRoom.Should().BeFalse();
        (await lateAnswer).Should().StartWith("HTTP/1.1 200");
        (await sample.StopAsync(Canceled)).Should().Be(0);
    }

    private static async Task<string> CallAsync(RawConnection connection, string prefix)
    {
        await connection.SendAsync(RawConnection.Head(new Uri(prefix), $"Content-Length: {Payloads.StatusChange.Length}\r\n") + Payloads.StatusChange);
        return await connection.ReadHeadAsync(Canceled).WaitAsync(TimeSpan.FromSeconds(60), Canceled);
    }

    private static async Task WaitForOpenFilesAsync(int process, int count)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Canceled);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));

        // The other process can't say when it has run out.
        while (Directory.GetFileSystemEntries($"/proc/{process}/fd").Length < count)
            await Task.Delay(50, timeout.Token);
    }
}
