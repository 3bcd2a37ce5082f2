using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>The console program as a process of its own.</summary>
public sealed class ConsoleListenerTests
{
    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    private static string Program => Path.Combine(Sample.OutputOf("ConsoleListener"), "ConsoleListener.dll");

    [Fact]
    public async Task ConsoleListener_DocumentedPayloads_PrintsALineEachAndStops()
    {
        var prefix = Loopback.FreePrefix();
        using var client = new SampleClient(prefix);
        await using var sample = await StartAsync(prefix);

        await client.PostPayloadsAsync(sample);

        (await sample.PressEnterAsync(Canceled)).Should().Be(0);
    }

    internal static Task<ChildProcess> StartAsync(string prefix) => Sample.StartListenerAsync("dotnet", Canceled, Program, prefix);
}
