using System.CommandLine;
using System.Globalization;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>An invalid value of any option is reported in one line without .NET types and stack traces.</summary>
public sealed class NonsenseTests : IAsyncLifetime
{
    private const string Nowhere = "http://127.0.0.1:9/";

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Commands => [.. Nonsense.Leaves(ToolProgram.CreateRoot()).Select(Nonsense.PathOf)];

    private string Inbox => _folder.File();

    private string Config => Path.Combine(_folder.Path, "config.ini");

    private string Record => Path.Combine(_folder.Path, "calls.jsonl");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Config, $"webso_events_url={Nowhere}\nwebso_events_retries=0\nwebso_events_retry=0\n");
        await File.WriteAllTextAsync(Record, "{\"received_at\":\"2026-01-01T00:00:00Z\",\"body_base64\":\"e30=\"}\n");
        await using var store = await StoredEvents.OpenAsync(Inbox);
        await StoredEvents.AppendAsync(store, Guid.NewGuid(), "7");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task AnyOption_InvalidValue_IsReportedInOneLine(string path)
    {
        var command = Nonsense.Leaves(ToolProgram.CreateRoot()).Single(command => Nonsense.PathOf(command) == path);
        var tried = 0;
        foreach (var option in command.Options)
        {
            foreach (var value in Nonsense.ValuesOf(option.ValueType))
            {
                tried++;
                var isSensible = !Nonsense.IsTyped(option) || IsValueOf(option, value);
                await ShouldBeRefusedAsync([.. path.Split(' '), .. ValidFor(path, option.Name), option.Name, value], option.Name, mustBeMisuse: !isSensible);
            }
        }

        foreach (var argument in command.Arguments)
        {
            foreach (var value in Nonsense.ValuesOf(argument.ValueType).Where(value => value != "--"))
            {
                tried++;
                await ShouldBeRefusedAsync([.. path.Split(' '), value, .. ValidFor(path, argument.Name)], argument.Name, mustBeMisuse: argument.ValueType != typeof(string));
            }
        }

        // `inbox schema` has options without values and one that accepts any text.
        tried.Should().BePositive();
    }

    private static async Task ShouldBeRefusedAsync(string[] args, string name, bool mustBeMisuse)
    {
        var why = string.Join('|', args);
        using var output = new StringWriter();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline.Time);

        var exitCode = await ToolProgram.RunAsync(args, new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false }, deadline.Token);

        exitCode.Should().BeInRange(mustBeMisuse ? 2 : 0, 2, why);
        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        lines.Should().NotContain(line => !IsSafe(line) || line.Contains("System.") || line.Contains("Exception") || line.StartsWith("   at "), why);
        if (exitCode == 2)
            lines.Should().ContainSingle(why);
        if (mustBeMisuse)
            lines[0].Should().Match(line => line.Contains(name) || line.Contains($"'{args[0]}'") || line.Contains("the path"), why);
    }

    // Valid values for the other options.
    private string[] ValidFor(string path, string tested) => (path, tested) switch
    {
        ("send", "EVENT") => ["--url", Nowhere],
        ("send", "--url" or "--config") => ["RENDER_RETURN"],
        ("send", _) => ["RENDER_RETURN", "--url", Nowhere],
        ("simulate", _) => [.. Without(tested, ("--config", Config), ("--documents", "1"), ("--signers", "1"), ("--fields", "1"))],
        ("listen", _) => [.. Without(tested, ("--port", "0"), ("--host", "203.0.113.1"))],
        ("replay", "FILE") => ["--url", Nowhere],
        ("replay", _) => [Record, .. Without(tested, ("--url", Nowhere))],
        ("lint", "CONFIG") => [],
        ("lint", _) => [Config],
        ("inbox show", "ID") => ["--sqlite", Inbox],
        ("inbox show", _) => [$"{Guid.Empty}", .. Without(tested, ("--sqlite", Inbox))],
        ("inbox schema", _) => ["--postgres"],
        ("inbox erase", _) => [.. Without(tested, ("--sqlite", Inbox), ("--document-id", "7"))],
        ("inbox backup", _) => [.. Without(tested, ("--sqlite", Inbox), ("--to", Inbox + ".backup"))],
        _ when path.StartsWith("inbox ", StringComparison.Ordinal) => [.. Without(tested, ("--sqlite", Inbox))],
        _ => throw new ArgumentException($"The command '{path}' is new: say here what is valid for it."),
    };

    private static IEnumerable<string> Without(string tested, params (string Name, string Value)[] pairs) =>
        pairs.Where(pair => pair.Name != tested).SelectMany(pair => new[] { pair.Name, pair.Value });

    // Some of the values are valid for some options, such as -1 for a seed. `--` ends the options.
    private static bool IsValueOf(Option option, string value) =>
        value == "--"
        || (option.Name is "--seed" && value == "-1")
        || (option.Name is "--rate" or "--speed" && value == "2.5")
        || (option.Name is "--faults" && value.Length == 0)
        || (option.ValueType == typeof(bool) && value.Length == 0);

    private static bool IsSafe(string line) => line.All(c =>
        char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
}
