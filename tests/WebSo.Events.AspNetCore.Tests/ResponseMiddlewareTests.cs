using System.Net;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

/// <summary>Middleware that delays, changes or replaces responses does not affect the response of the endpoint.</summary>
public sealed class ResponseMiddlewareTests : MiddlewareTest
{
    public static TheoryData<string> Middleware => [.. s_middleware.Keys];

    private static readonly Dictionary<string, (Action<IServiceCollection> Services, Action<WebApplication> Use)> s_middleware = new()
    {
        ["buffers in memory"] = (_ => { }, app => app.Use(async (context, next) =>
        {
            var body = context.Response.Body;
            using var buffer = new MemoryStream();
            context.Response.Body = buffer;
            await next(context);
            context.Response.Body = body;
            context.Response.ContentLength = buffer.Length;
            buffer.Position = 0;
            await buffer.CopyToAsync(body);
        })),
        ["sets headers afterwards"] = (_ => { }, app => app.Use(async (context, next) =>
        {
            await next(context);
            context.Response.Headers["X-Late"] = "late";
            context.Response.ContentType = "text/html";
        })),
        ["changes the status afterwards"] = (_ => { }, app => app.Use(async (context, next) =>
        {
            await next(context);
            context.Response.StatusCode = 202;
        })),
        ["redirects afterwards"] = (_ => { }, app => app.Use(async (context, next) =>
        {
            await next(context);
            context.Response.Redirect("/login");
        })),
        ["writes a page unless the response has started"] = (_ => { }, app => app.Use(async (context, next) =>
        {
            await next(context);
            if (!context.Response.HasStarted)
                await context.Response.WriteAsync("page");
        })),
        ["compression"] = (services => services.AddResponseCompression(), app => app.UseResponseCompression()),
        ["response caching"] = (services => services.AddResponseCaching(), app => app.UseResponseCaching()),
        ["output cache of everything"] = (
            services => services.AddOutputCache(options => options.AddBasePolicy(new CacheEverything())),
            app => app.UseOutputCache()),
        ["status code pages"] = (_ => { }, app => app.UseStatusCodePages()),
        ["status code redirects"] = (_ => { }, app => app.UseStatusCodePagesWithRedirects("/error")),
        ["status code re-execution"] = (_ => { }, app => app.UseStatusCodePagesWithReExecute("/error")),
        ["buffering below status code redirects"] = (_ => { }, app =>
        {
            app.UseStatusCodePagesWithRedirects("/error");
            s_middleware!["buffers in memory"].Use(app);
        }
        ),
        ["exception page"] = (_ => { }, app => app.UseExceptionHandler(errors => errors.Run(context =>
        {
            context.Response.StatusCode = 200;
            return context.Response.WriteAsync("sorry");
        }))),
        ["HTTP logging"] = (services => services.AddHttpLogging(), app => app.UseHttpLogging()),
    };

    [Theory]
    [MemberData(nameof(Middleware))]
    public async Task Response_AnyMiddleware_IsUnchanged(string middleware)
    {
        Log.ExpectError("ReceiveFailed");
        var outcomes = new Queue<ReceiveOutcome?>([ReceiveOutcome.Stored, ReceiveOutcome.HandlerFailed, ReceiveOutcome.Malformed, ReceiveOutcome.Unavailable, null, ReceiveOutcome.Stored]);
        Accept = _ => Task.FromResult(new Receipt(outcomes.Dequeue() ?? throw new FormatException("of the sink")));
        var url = await StartAsync(
            app =>
            {
                s_middleware[middleware].Use(app);
                app.Map("/error", () => "error");
            },
            s_middleware[middleware].Services,
            options => options.RequireHeader("X-Key", "secret"));
        Client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");

        using var refused = await PostAsync(url);
        await ShouldBeAsync(refused, HttpStatusCode.Unauthorized);
        Client.DefaultRequestHeaders.Add("X-Key", "secret");
        foreach (var status in (int[])[200, 500, 400, 503, 500, 200])
        {
            using var response = await PostAsync(url);
            await ShouldBeAsync(response, (HttpStatusCode)status);
        }

        Sink.Deliveries.Should().HaveCount(6, "every call reaches the receiver");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Response_MiddlewareWaitsAfterwards_IsSentBefore(bool buffers)
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var url = await StartAsync(app => app.Use(async (context, next) =>
        {
            if (buffers)
                context.Response.Body = new MemoryStream();
            await next(context);
            await goOn.Task;
        }));

        using var response = await PostAsync(url).WaitAsync(TimeSpan.FromSeconds(30), Canceled);

        await ShouldBeAsync(response, HttpStatusCode.OK);
        goOn.SetResult();
    }

    [Fact]
    public async Task Response_MiddlewareThrowsAfterwards_Is200()
    {
        // Log messages of the web server and of the developer exception page.
        Log.ExpectError("ApplicationError");
        Log.ExpectError("UnhandledException");
        var url = await StartAsync(app => app.Use(async (context, next) =>
        {
            await next(context);
            throw new FormatException("of the middleware");
        }));

        using var response = await PostAsync(url);

        await ShouldBeAsync(response, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Response_StartedByMiddleware_AbortsAndLogsError()
    {
        Log.ExpectError("ResponseStarted");
        var url = await StartAsync(app => app.Use(async (context, next) =>
        {
            await context.Response.StartAsync(Canceled);
            await next(context);
        }));

        var post = async () =>
        {
            using var response = await PostAsync(url);
        };

        await post.Should().ThrowAsync<HttpRequestException>("the started response is aborted");
        Log.Messages("ResponseStarted").Should().ContainSingle();
    }

    [Fact]
    public async Task RequestTimeout_HandlerRunsLonger_IsNotCanceled()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Accept = async _ =>
        {
            await ended.Task;
            return new Receipt(ReceiveOutcome.Handled);
        };
        var url = await StartAsync(
            app =>
            {
                app.UseRouting();
                app.UseRequestTimeouts();

                // Longer than the request timeout on the same clock.
                app.Use(async (context, next) =>
                {
                    var call = next(context);
                    await Task.Delay(TimeSpan.FromMilliseconds(300), Canceled);
                    context.RequestAborted.IsCancellationRequested.Should().BeFalse();
                    ended.SetResult();
                    await call;
                });
            },
            services => services.AddRequestTimeouts(options => options.DefaultPolicy = new() { Timeout = TimeSpan.FromMilliseconds(100) }));

        using var response = await PostAsync(url);

        await ShouldBeAsync(response, HttpStatusCode.OK);
    }

    private sealed class CacheEverything : IOutputCachePolicy
    {
        public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            context.EnableOutputCaching = true;
            context.AllowCacheLookup = true;
            context.AllowCacheStorage = true;
            context.AllowLocking = true;
            return default;
        }

        public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => default;

        public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation) => default;
    }
}
