using System.Globalization;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static WebSo.Events.TestApp;

namespace WebSo.Events;

/// <summary>Logs, traces and metrics never contain secrets or bodies, whatever the outcome of a call.</summary>
public sealed class SecretTests : IDisposable
{
    private const int Limit = 60_000;
    private const string Password = "hunter2-password";
    private const string HeaderSecret = "s3cret-header";
    private const string Key = "bWFya2VyLWtleS1tYXJrZXIta2V5LW1hcmtlci1rZXktMDE=";
    private const string InBody = "marker-in-the-body";
    private const string InOtherHeader = "marker-in-a-header";
    private const string InQuery = "marker-in-the-query";

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnyOutcome_RecordsNoSecretAndNoBody(bool hasInbox)
    {
        await using var app = await StartAsync(
            endpoint =>
            {
                endpoint.AddHandler<UserFinishEvent>("h", (e, context, _) => e.DocumentId switch
                {
                    "fails" when context.Attempt == 1 => throw new TimeoutException("of the handler"),
                    "rejected" => throw new WebSoEventRejectedException("of the handler"),
                    _ => default,
                });
                if (hasInbox)
                    endpoint.UseSqliteInbox(_folder.File(), inbox => (inbox.RetryDelay, inbox.MaxMalformedCount) = (TimeSpan.FromMilliseconds(1), 2));
            },
            options =>
            {
                options.RequireBasicAuthentication("user", Password);
                options.RequireHeader("key", HeaderSecret);
                options.CallbackKeys["k1"] = Key;
                options.MaxBodySize = 4096;
                options.MaxQueryLength = 1024;
                options.Filter = "USER_FINISH,STATUS_CHANGE";
            });
        using var telemetry = new Telemetry(app.Services);

        var outcomes = await DriveAsync(app, hasInbox);
        await telemetry.WaitForAsync("receive", outcomes.Count, Token);
        telemetry.Collect();

        outcomes.Distinct().Order().Should().Equal(hasInbox ? [200, 400, 401, 405, 413, 414] : [200, 400, 401, 405, 413, 414, 500]);
        var recorded = Recorded(app, telemetry);
        recorded.Should().Contain("Unauthorized").And.Contain("CallbackUrlRefused").And.Contain("BodyTooLarge").And.Contain("webso.receive.duration").And.Contain("fails");
        var token = Token17(app);
        foreach (var secret in new[] { Password, Encode($"user:{Password}"), HeaderSecret, Key, token, token.Split('.')[^1], InBody, Encode(InBody), InOtherHeader, InQuery })
            recorded.Should().NotContain(secret);
    }

    private static async Task<List<int>> DriveAsync(TestApp app, bool hasInbox)
    {
        (string, string)[] good = [("Authorization", "Basic " + Encode($"user:{Password}")), ("key", HeaderSecret), ("other", InOtherHeader)];
        var signed = "?webso=" + Token17(app);
        var codes = new List<int>
        {
            await app.PostAsync(Event("good"), signed, good),
            await app.PostAsync(Event("good"), signed, good),
            await app.PostAsync(Event("query"), "?q=" + InQuery, good),
            await app.PostAsync(Event("wrong"), signed, ("Authorization", "Basic " + Encode($"{InOtherHeader}:{Password}x")), ("key", HeaderSecret)),
            await app.PostAsync(Event("wrong"), signed, good[0], ("key", HeaderSecret + InOtherHeader)),
            await app.PostAsync(Event("wrong"), signed + "x", good),
            await app.PostAsync(Event("long"), "?" + InQuery + new string('x', 1024), good),
            await app.PostAsync(InBody + new string('x', 5000), "", good),
            await app.PostAsync($$"""{"user_id":"{{InBody}}","event":"RENDER_RETURN","status":"{{InBody}}","document_id":"1"}""", "", good),
            await app.PostAsync($$"""{"event":"MADE_UP","document_id":"1","{{InBody}}":"{{InBody}}"}""", "", good),
            await app.PostAsync(Event("fails"), "", good),
            await app.PostAsync(Event("rejected"), "", good),
            await app.GetAsync("/webso/events" + signed, good),
        };
        foreach (var malformed in new[] { InBody, $"[\"{InBody}\"]", $$"""{"{{InBody}}":{{InBody}} }""", $$"""{"event":"USER_FINISH","document_id":"1","user_id":["{{InBody}}"]}""", $$"""{"event":{"{{InBody}}":1} }""" })
            codes.Add(await app.PostAsync(malformed, "", good));
        if (hasInbox)
        {
            await app.WaitForAsync(WebSoInboxState.DeadLetter);
            await app.WaitForAsync(WebSoInboxState.Handled, "fails");
        }

        return codes;
    }

    private static string Event(string document) =>
        $$"""{"user_id":"{{InBody}}","event":"USER_FINISH","document_id":"{{document}}","fields_signed":"2","{{InBody}}":"{{InBody}}"}""";

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Token17(TestApp app) =>
        app.Services.GetRequiredService<WebSoCallbackUrls>().Create(new Uri("https://host/webso/events"), "order-17").Query["?webso=".Length..];

    // The content of all logs, traces and metrics, except for the query in the span of ASP.NET Core (see docs/security.md).
    private static string Recorded(TestApp app, Telemetry telemetry)
    {
        var recorded = new StringBuilder();
        foreach (var line in app.Log.Entries)
            recorded.AppendLine(CultureInfo.InvariantCulture, $"{line.Category} {line.EventName} {line.Text} {line.Scopes}");
        foreach (var span in telemetry.Spans.Where(span => span.Source.Name == WebSoEventsDiagnostics.ActivitySourceName))
        {
            recorded.AppendLine(CultureInfo.InvariantCulture, $"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Baggage)}");
            recorded.AppendJoin(' ', span.Events.SelectMany(e => e.Tags)).AppendJoin(' ', span.Events.Select(e => e.Name)).AppendLine();
        }

        foreach (var measured in telemetry.Measured)
            recorded.AppendLine(CultureInfo.InvariantCulture, $"{measured.Instrument} {string.Join(' ', measured.Tags)}");
        return recorded.ToString();
    }
}
