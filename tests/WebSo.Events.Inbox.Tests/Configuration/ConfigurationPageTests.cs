using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// docs/configuration.md lists all keys with their defaults, and no others.
public sealed partial class ConfigurationPageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string, string, object> Sections => new()
    {
        { "Keys of an endpoint", "WebSoEvents", new WebSoEventsOptions() },
        { "Keys of the inbox", "WebSoEvents:Inbox", new WebSoInboxOptions() },
    };

    private static string Page { get; } = File.ReadAllText(Repository.PathOf("docs/configuration.md"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Sections))]
    public void Page_Section_ListsEachKeyWithItsDefault(string heading, string section, object defaults)
    {
        var text = Page[Page.IndexOf("## " + heading, StringComparison.Ordinal)..];
        text = text[..text.IndexOf("\n## ", StringComparison.Ordinal)];
        var rows = Row().Matches(text).ToDictionary(row => row.Groups["key"].Value, row => row.Groups["default"].Value);

        rows.Keys.Should().BeEquivalentTo(KnownKeys(section));
        rows.Should().BeEquivalentTo(rows.Keys.ToDictionary(key => key, key => DefaultOf(defaults, key)));
    }

    [Fact]
    public void Page_EachJsonBlock_IsAccepted()
    {
        var blocks = JsonBlock().Matches(Page).Select(match => match.Groups["json"].Value).ToList();

        blocks.Should().HaveCountGreaterThan(1);
        foreach (var block in blocks)
            StartOf(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(block))).Build()).Should().NotThrow(block);
    }

    // The error for an unknown key lists the known keys.
    private string[] KnownKeys(string section)
    {
        var configuration = new ConfigurationManager { [$"{section}:Zzzz"] = "1" };
        var message = StartOf(configuration).Should().Throw<OptionsValidationException>().Which.Message;
        return KeyList().Match(message).Groups["keys"].Value.Split(", ");
    }

    private Action StartOf(IConfiguration configuration) => () =>
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddConfiguration(configuration);
        foreach (var name in new[] { "", "production" })
        {
            builder.Services.AddWebSoEvents(name).UseSqliteInbox(_folder.File());
            builder.Services.AddHealthChecks().AddWebSoInbox(name);
        }

        using var host = builder.Build();
        host.Services.GetRequiredService<IStartupValidator>().Validate();
    };

    private static string DefaultOf(object options, string key)
    {
        if (options.GetType().GetProperty(key) is not { } property)
            return key == "ServerConfiguration" ? "not set" : "empty";

        return property.GetValue(options) switch
        {
            null => "not set",
            TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
            bool value => value ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            IEnumerable items => items.Cast<object>().Any() ? "not empty" : "empty",
            var other => other.ToString()!,
        };
    }

    [GeneratedRegex(@"^\| `(?<key>\w+)` \| (?<default>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"Known keys: (?<keys>[\w, ]+)\.")]
    private static partial Regex KeyList();

    [GeneratedRegex("^```json\\r?\\n(?<json>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex JsonBlock();
}
