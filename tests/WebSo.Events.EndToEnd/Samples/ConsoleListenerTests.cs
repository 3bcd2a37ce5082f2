using System.Net;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.EndToEnd.Samples;

/// <summary>Runs the console program as a separate process.</summary>
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

    [Fact]
    public async Task ConsoleListener_WithoutLogging_WritesWarningsToStandardError()
    {
        var prefix = Loopback.FreePrefix();
        await using var sample = await StartAsync(prefix);
        using var stranger = new HttpClient();

        using var answer = await stranger.PostAsync(new Uri(prefix), new ByteArrayContent([]), Canceled);
        await sample.WaitForAsync("warning: WebSo.Events.", Canceled);
        await sample.PressEnterAsync(Canceled);

        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        sample.Seen.Where(line => line.StartsWith("warning: ", StringComparison.Ordinal)).Should().ContainSingle()
            .Which.Should().Contain("127.0.0.1");
    }

    internal static Task<ChildProcess> StartAsync(string prefix) => Sample.StartListenerAsync("dotnet", Canceled, Program, prefix);
}
