using System.Net;
using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.EndToEnd.Samples;

/// <summary>Calls a sample like the server does.</summary>
internal sealed class SampleClient(string prefix) : IDisposable
{
    /// <summary>The value that samples require in the header <c>X-Webso-Key</c>.</summary>
    public const string Key = "a-key-for-the-samples-only";

    private readonly HttpClient _client = new() { DefaultRequestHeaders = { { "X-Webso-Key", Key } } };

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    public async Task<HttpStatusCode> PostAsync(string body)
    {
        using var response = await _client.PostAsync(new Uri(prefix), new ByteArrayContent(Encoding.UTF8.GetBytes(body)), Canceled);
        return response.StatusCode;
    }

    public Task<HttpStatusCode[]> PostManyAsync(int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(id => PostAsync(Payloads.StatusChange.Replace("23822", $"id{id}", StringComparison.Ordinal))));

    public async Task PostPayloadsAsync(ChildProcess sample)
    {
        foreach (var payload in Payloads.All)
            (await PostAsync(payload)).Should().Be(HttpStatusCode.OK);

        await sample.WaitForAsync("STATUS_CHANGE document 23822: New -> PartiallySigned", Canceled);
        await sample.WaitForAsync("USER_FINISH document 27268: user 1 signed 2 fields", Canceled);
        await sample.WaitForAsync("FIELD_SIGNED_OR_REJECTED document 27268: field 12 Signed by user 1", Canceled);
        await sample.WaitForAsync("RENDER_RETURN document 1234: rendering Success", Canceled);
    }

    public async Task GetIsNotAllowedAsync()
    {
        using var get = await _client.GetAsync(new Uri(prefix), Canceled);
        get.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        get.Content.Headers.Allow.Should().Equal("POST");
    }

    public async Task NobodyListensAsync()
    {
        using var stranger = new HttpClient();
        var refused = () => stranger.GetAsync(new Uri(prefix), Canceled);
        await refused.Should().ThrowAsync<HttpRequestException>();
    }
}
