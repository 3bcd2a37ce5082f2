using System.Net;
using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>The samples as processes of their own: the console program, and the service for .NET Framework under Mono.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly HttpClient _client = new();

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task ConsoleListener_DocumentedPayloads_PrintsALineEachAndStops()
    {
        var prefix = ListenerHost.FreePrefix();
        await using var sample = ListenerProcess.Start("dotnet", Path.Combine(ListenerProcess.OutputOf("ConsoleListener", "net10.0"), "ConsoleListener.dll"), prefix);

        await DocumentedPayloadsAsync(sample, prefix);

        (await sample.StopAsync(Canceled)).Should().Be(0);
    }

    [Fact]
    public async Task NetFrameworkService_UnderMono_DoesAllThatIsPromised()
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "mono"))),
            "mono is not installed: apt-get install --no-install-recommends mono-devel");
        var prefix = ListenerHost.FreePrefix();
        await using var sample = ListenerProcess.Start("mono", Path.Combine(ListenerProcess.OutputOf("NetFrameworkService", "net472"), "NetFrameworkService.exe"), prefix);

        await DocumentedPayloadsAsync(sample, prefix);
        (await PostAsync(prefix, "not json")).Should().Be(HttpStatusCode.BadRequest);
        (await PostAsync(prefix, """{event:"RENDER_RETURN","status":"error","document_id":"1234"}""")).Should().Be(HttpStatusCode.InternalServerError, "the handler throws");
        (await PostAsync(prefix, new string(' ', 200_000))).Should().Be(HttpStatusCode.RequestEntityTooLarge);
        using var get = await _client.GetAsync(new Uri(prefix), Canceled);
        get.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        get.Content.Headers.Allow.Should().Equal("POST");
        var many = await Task.WhenAll(Enumerable.Range(0, 100).Select(id => PostAsync(prefix, Payloads.StatusChange.Replace("23822", $"id{id}", StringComparison.Ordinal))));
        many.Should().OnlyContain(status => status == HttpStatusCode.OK);
        await sample.WaitForAsync("STATUS_CHANGE document id", Canceled, count: 100);
        sample.Seen.Should().OnlyHaveUniqueItems("each event is handled once");

        (await sample.StopAsync(Canceled)).Should().Be(0);
        using var stranger = new HttpClient();
        var refused = () => stranger.GetAsync(new Uri(prefix), Canceled);
        await refused.Should().ThrowAsync<HttpRequestException>();
    }

    private async Task DocumentedPayloadsAsync(ListenerProcess sample, string prefix)
    {
        await sample.WaitForAsync("Now listening on: ", Canceled);
        foreach (var payload in Payloads.All)
            (await PostAsync(prefix, payload)).Should().Be(HttpStatusCode.OK);

        await sample.WaitForAsync("STATUS_CHANGE document 23822: New -> PartiallySigned", Canceled);
        await sample.WaitForAsync("USER_FINISH document 27268: user 1 signed 2 fields", Canceled);
        await sample.WaitForAsync("FIELD_SIGNED_OR_REJECTED document 27268: field 12 Signed by user 1", Canceled);
        await sample.WaitForAsync("RENDER_RETURN document 1234: rendering Success", Canceled);
    }

    private async Task<HttpStatusCode> PostAsync(string prefix, string body)
    {
        using var response = await _client.PostAsync(new Uri(prefix), new ByteArrayContent(Encoding.UTF8.GetBytes(body)), Canceled);
        return response.StatusCode;
    }
}
