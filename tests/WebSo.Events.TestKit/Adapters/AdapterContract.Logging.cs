using System.Net;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

// A logger that fails does not change responses.
public abstract partial class AdapterContract
{
    [Theory]
    [InlineData("IsEnabled")]
    [InlineData("Log")]
    [InlineData("BeginScope")]
    [InlineData("EndScope")]
    public async Task Post_LoggerThrows_IsAnsweredNormally(string member)
    {
        using var log = new ThrowingLog(member);
        Log.ExpectError("HandlerFailed");
        var host = await StartAsync(builder =>
        {
            // Added first, because a logger is not asked for its level after another logger has returned true.
            builder.Services.Insert(0, ServiceDescriptor.Singleton<ILoggerProvider>(log));
            builder.Services.Configure<WebSoEventsOptions>(builder.Name, options =>
            {
                options.Filter = "STATUS_CHANGE,USER_FINISH,RENDER_RETURN";
                options.MaxBodySize = 4096;
            });
            builder.AddHandler<StatusChangeEvent>("good", (_, _, _) => default);
            builder.AddHandler<UserFinishEvent>("bad", (_, _, _) => throw new InvalidOperationException("no"));
        });

        var statuses = new List<HttpStatusCode>();
        foreach (var body in new[] { Payloads.StatusChange, Payloads.FieldSigned, Payloads.RenderReturn, Payloads.UserFinish, "no event", new string('x', 5000), Payloads.StatusChange })
        {
            using var response = await PostAsync(host.Url, body);
            statuses.Add(response.StatusCode);
        }

        using var get = await Client.GetAsync(host.Url, Canceled);
        await host.StopAsync();
        statuses.Should().Equal(
            HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.InternalServerError, HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.OK);
        get.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        log.Thrown.Should().BePositive();
    }

    [Fact]
    public async Task Post_HandlerFailsRepeatedly_LogsOnceWithFirstException()
    {
        Log.ExpectError("HandlerFailed");
        var host = await StartAsync(builder => builder.AddHandler<WebSoEvent>("bad", (_, _, _) => throw new InvalidOperationException("no\r\nfail: forged")));

        for (var i = 0; i < 20; i++)
        {
            using var response = await PostAsync(host.Url, Payloads.StatusChange);
            response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        }

        var line = Log.Entries.Where(entry => entry.EventName == "HandlerFailed").Should().ContainSingle().Which;
        line.Exception!.ToString().Should().Contain("System.InvalidOperationException: no??fail: forged").And.Contain("   at ").And.NotContain("\nfail");
    }
}
