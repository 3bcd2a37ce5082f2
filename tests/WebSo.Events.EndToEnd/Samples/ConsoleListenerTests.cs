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
        await using var sample = await StartAsync(prefix);

        await client.PostPayloadsAsync(sample);

        (await sample.StopAsync(Canceled)).Should().Be(0);
    }

    internal static async Task<ListenerProcess> StartAsync(string prefix)
    {
        var sample = ListenerProcess.Start("dotnet", Program, prefix);
        await sample.WaitForAsync("Now listening on: ", Canceled);
        return sample;
    }
}
