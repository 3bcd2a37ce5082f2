using System.Text;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

/// <summary>Any config.ini is either read or refused with the documented exception.</summary>
public sealed class ServerConfigurationPropertyTests
{
    private static readonly Gen<string> s_value = Gen.OneOf(
        Gen.String[0, 20],
        Gen.String[Gen.Char["0123456789-+,.;=# \t\uFEFF"], 0, 20],
        AnyOf("-1", "2147483648", "http://host", "https://host:99999/", "http://user:password@[::1]/>", "RENDER_RETURN,,user_finish", "foo,bar", "Basic Zm9vOmJhcg=="));

    private static readonly Gen<string> s_line = Gen.OneOf(
        Gen.Select(
            AnyOf("webso_events_url", "webso_events_filter", "webso_events_retry", "webso_events_retries", "webso_events_keys", "webso_events_values", "webso_events_made_up", "webso_events_key", "WEBSO_EVENTS_VALUES", "webso_events_keys:", ";webso_events_url", " webso_events_url\t"),
            s_value,
            (key, value) => key + "=" + value),
        Gen.String[0, 40]);

    [Fact]
    public void Parse_AnyLines_ReturnsValuesInRange() =>
        Gen.Select(s_line.Array[0, 12], AnyOf("\n", "\r\n", "\r"), (lines, end) => string.Join(end, lines))
            .Sample(text => Check(WebSoServerConfiguration.Parse(text)), iter: LongRun.Cases(20_000));

    [Fact]
    public void Read_AnyBytes_ReturnsOrThrowsInvalidDataException()
    {
        using var file = new TemporaryFile([]);

        Gen.Select(s_line, Gen.Byte.Array[0, 100], (line, bytes) => (byte[])[.. Encoding.UTF8.GetBytes(line), .. bytes]).Sample(
            bytes =>
            {
                File.WriteAllBytes(file.Path, bytes);

                var error = Record.Exception(() => Check(WebSoServerConfiguration.Read(file.Path)));

                return error is null or InvalidDataException;
            },
            iter: LongRun.Cases(1_000),
            threads: 1);
    }

    private static Gen<string> AnyOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static void Check(WebSoServerConfiguration configuration)
    {
        (configuration.MaxRetries ?? -1).Should().BeGreaterThanOrEqualTo(-1);
        (configuration.RetryDelay ?? TimeSpan.Zero).Should().BeGreaterThanOrEqualTo(TimeSpan.Zero);
        _ = WebSoEventFilter.Parse(configuration.Filter).Matches("RENDER_RETURN");
    }
}
