using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

/// <summary>An endpoint in an application with authentication. The schemes are named after what they do, and no user is logged in.</summary>
public abstract class AuthorizationTest : IAsyncDisposable
{
    protected static CancellationToken Canceled => TestContext.Current.CancellationToken;

    protected TestLog Log { get; } = new();

    protected HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private protected RecordingSink Sink { get; } = new(_ => Task.FromResult(new Receipt(ReceiveOutcome.Handled)));

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        Log.VerifyNoUnexpectedErrors();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected Task<KestrelHost> StartAsync(
        string scheme, bool fallback, Action<WebApplication> configure, string environment = "Development", bool header = true,
        Action<IServiceCollection>? services = null) => KestrelHost.StartAsync(
        Log,
        all =>
        {
            all.AddWebSoEvents(options =>
            {
                if (header)
                    options.RequireHeader("X-Key", "secret");
            }).AddHandler<WebSoEvent>("all", (_, _, _) => default).Services.AddKeyedSingleton<IEventSink>("", Sink);
            AddSchemes(all, scheme);
            all.AddAuthorization(options => options.FallbackPolicy = fallback ? options.DefaultPolicy : null);
            services?.Invoke(all);
        },
        configure,
        environment: environment);

    private protected Task<HttpResponseMessage> PostAsync(KestrelHost host) =>
        Client.PostAsync(host.Url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);

    // The real handlers. They redirect without network access.
    private static void AddSchemes(IServiceCollection services, string scheme) => services.AddAuthentication(options =>
        {
            options.DefaultScheme = scheme == "none" ? "none" : "Cookies";
            options.DefaultChallengeScheme = scheme;
        })
        .AddScheme<AuthenticationSchemeOptions, NobodyHandler>("none", _ => { })
        .AddCookie("Cookies")
        .AddOAuth("OAuth", options =>
        {
            (options.ClientId, options.ClientSecret, options.CallbackPath) = ("id", "secret", "/signin-oauth");
            (options.AuthorizationEndpoint, options.TokenEndpoint) = ("https://login.invalid/authorize", "https://login.invalid/token");
        })
        .AddOpenIdConnect("OpenIdConnect", options =>
        {
            (options.ClientId, options.Authority) = ("id", "https://login.invalid");
            options.Configuration = new() { AuthorizationEndpoint = "https://login.invalid/authorize" };
        });
}
