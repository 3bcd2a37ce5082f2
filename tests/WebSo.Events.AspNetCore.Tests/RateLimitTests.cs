using System.Net;
using System.Text;
using System.Threading.RateLimiting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

/// <summary>The recipe of docs/security.md that slows down guessing.</summary>
public sealed class RateLimitTests : IDisposable
{
    private readonly HttpClient _client = new();

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Recipe_FailedCallsOfOneAddress_LimitsOnlyThatAddress()
    {
        var log = new TestLog();
        await using var host = await KestrelHost.StartAsync(
            log,
            services => services.AddWebSoEvents(options => options.RequireHeader("X-Webso-Key", "secret")).AddHandler<WebSoEvent>("all", (_, _, _) => default),
            app =>
            {
                app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor });
                LimitFailedCalls(app);
                app.MapWebSoEvents();
            });

        var good = await PostManyAsync(host.Url, "192.0.2.7", "secret", 30);
        var guesses = await PostManyAsync(host.Url, "203.0.113.9", "guess", 30);
        var rightAfterGuessing = await PostManyAsync(host.Url, "203.0.113.9", "secret", 1);
        var other = await PostManyAsync(host.Url, "192.0.2.7", "secret", 5);

        good.Should().OnlyContain(status => status == HttpStatusCode.OK, "successful calls are not counted");
        guesses.Take(10).Should().OnlyContain(status => status == HttpStatusCode.Unauthorized);
        guesses.Skip(10).Should().OnlyContain(status => status == HttpStatusCode.TooManyRequests);
        rightAfterGuessing.Should().Equal(HttpStatusCode.TooManyRequests);
        other.Should().OnlyContain(status => status == HttpStatusCode.OK);
    }

    [Fact]
    public void Recipe_InDocumentation_MatchesTest()
    {
        var recipe = Between(
            Repository.Read("tests/WebSo.Events.AspNetCore.Tests/RateLimitTests.cs"), "// The recipe begins.", "// The recipe ends.");

        Squeeze(Repository.Read("docs/security.md")).Should().Contain(Squeeze(recipe));

        static string Squeeze(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        static string Between(string text, string begin, string end)
        {
            // The second occurrence of each. The first is in this test.
            var start = text.LastIndexOf(begin, StringComparison.Ordinal) + begin.Length;
            return text[start..text.LastIndexOf(end, StringComparison.Ordinal)];
        }
    }

    private static void LimitFailedCalls(WebApplication app)
    {
        // The recipe begins.
        var failures = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
            context.Connection.RemoteIpAddress?.ToString() ?? "",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = 10, Window = TimeSpan.FromMinutes(1) }));

        app.UseWhen(context => context.Request.Path.StartsWithSegments("/webso/events"), branch => branch.Use(async (context, next) =>
        {
            // Takes no permit, but asks whether one is left.
            using var left = failures.AttemptAcquire(context, 0);
            if (!left.IsAcquired)
            {
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                return;
            }

            await next(context);
            if (context.Response.StatusCode == StatusCodes.Status401Unauthorized)
                failures.AttemptAcquire(context).Dispose();
        }));
        // The recipe ends.
    }

    private async Task<List<HttpStatusCode>> PostManyAsync(Uri url, string from, string key, int count)
    {
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < count; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)) };
            request.Headers.Add("X-Webso-Key", key);
            request.Headers.Add("X-Forwarded-For", from);
            using var response = await _client.SendAsync(request, Canceled);
            answers.Add(response.StatusCode);
        }

        return answers;
    }
}
