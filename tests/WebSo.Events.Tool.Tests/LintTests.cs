using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>Golden/CODE.ini (and CODE.xml) causes the finding, and Golden/CODE.txt is the complete output. CODE.VARIANT.ini is another case.</summary>
public sealed class LintTests
{
    private static readonly string s_golden = Path.Combine(AppContext.BaseDirectory, "Golden");

    private static string[] Names => [.. Directory.GetFiles(s_golden, "*.ini").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Lint_GoldenFile_GivesOutputAndExitCode()
    {
        foreach (var name in Names)
        {
            var upload = Path.Combine(s_golden, name + ".xml");
            string[] arguments = ["lint", Path.Combine(s_golden, name + ".ini"), .. File.Exists(upload) ? new[] { "--esign", upload } : []];

            var (exitCode, output, error) = await ToolProcess.RunAsync(arguments);

            output.Should().Be(await File.ReadAllTextAsync(Path.Combine(s_golden, name + ".txt"), TestContext.Current.CancellationToken), name);
            error.Should().BeEmpty(name);
            exitCode.Should().Be(output.Contains(": error ", StringComparison.Ordinal) ? 1 : 0, name);
            var code = name.Split('.')[0];
            if (code == "clean")
                output.Should().BeEmpty(name);
            else
                output.Should().Contain($" {code}: ", "{0} is named as its finding", name);
        }
    }

    // Every finding needs a file that causes it.
    [Fact]
    public async Task Golden_DocumentedFinding_HasFile()
    {
        var table = (await File.ReadAllLinesAsync(Repository.PathOf("docs/command-line.md"), TestContext.Current.CancellationToken))
            .SkipWhile(line => !line.StartsWith("| finding |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));

        var documented = table.SelectMany(line => line.Split('|')[1].Split('`').Where((_, i) => i % 2 == 1));

        var golden = Directory.GetFiles(s_golden, "*.txt").Select(path => Path.GetFileName(path).Split('.')[0]).Distinct().Where(name => name != "clean");
        golden.Should().BeEquivalentTo(documented);
    }

    [Theory]
    [InlineData(204, "receiver-not-200")]
    [InlineData(302, "receiver-redirect")]
    [InlineData(401, "receiver-unauthorized")]
    [InlineData(404, "receiver-wrong-address")]
    [InlineData(415, "receiver-refuses-body")]
    [InlineData(422, "receiver-refuses")]
    [InlineData(500, "receiver-fails")]
    public async Task Lint_ReceiverDoesNotAnswer200_GivesGoldenOutputAfterOneCall(int status, string code)
    {
        await using var receiver = await ScriptedReceiver.StartAsync(status);

        var (exitCode, output, _) = await ToolProcess.RunAsync("lint", Path.Combine(s_golden, "clean.ini"), "--url", receiver.Url + "?key=geheim");

        exitCode.Should().Be(1);
        await ShouldBeGoldenAsync(output, receiver, code);
        receiver.TakeAll().Should().ContainSingle().Which.Text.Should().Be("""{"event":"WEBSO_EVENTS_LINT","document_id":"lint"}""");
    }

    [Fact]
    public async Task Lint_Json_GivesEachPartOfFinding()
    {
        await using var receiver = await ScriptedReceiver.StartAsync(204);

        var (exitCode, output, _) = await ToolProcess.RunAsync("lint", Path.Combine(s_golden, "clean.ini"), "--url", receiver.Url + "?key=geheim", "--json");

        exitCode.Should().Be(1);
        var finding = JsonElement.Parse(output);
        finding.GetProperty("code").GetString().Should().Be("receiver-not-200");
        finding.GetProperty("severity").GetString().Should().Be("error");
        finding.GetProperty("problem").GetString().Should().Contain("204");
        finding.GetProperty("consequence").GetString().Should().Contain("Only 200");
        finding.GetProperty("fix").GetString().Should().Contain("exactly 200");
        output.Should().NotContain("geheim");
    }

    [Fact]
    public async Task Lint_ReceiverAnswers200_FindsNothingAndSendsHeaders()
    {
        await using var receiver = await ScriptedReceiver.StartAsync();

        var (exitCode, output, _) = await ToolProcess.RunAsync("lint", Path.Combine(s_golden, "clean.ini"), "--url", receiver.Url);

        (exitCode, output).Should().Be((0, ""));
        (await receiver.NextAsync()).Headers["Authorization"].Should().Be("Basic Zm9vOmJhcg==");
    }

    [Fact]
    public async Task Lint_ReceiverUnreachable_ReportsIt()
    {
        await using var receiver = await ScriptedReceiver.StartAsync();
        await receiver.DisposeAsync();

        var (exitCode, output, _) = await ToolProcess.RunAsync("lint", Path.Combine(s_golden, "clean.ini"), "--url", receiver.Url);

        exitCode.Should().Be(1);
        await ShouldBeGoldenAsync(output, receiver, "receiver-no-answer");
    }

    [Fact]
    public async Task Lint_NoSuchFile_ExitsWith2()
    {
        var (exitCode, output, error) = await ToolProcess.RunAsync("lint", "no-such.ini");

        (exitCode, output).Should().Be((2, ""));
        error.Should().Contain("no-such.ini");
    }

    [Theory]
    [InlineData("key-separator.ini", "line 3: The key webso_events_keys is not followed by '='")]
    [InlineData("file-without-keys.ini", "No key starts with webso_events_")]
    [InlineData("headers-unequal.ini", "line 3: webso_events_keys has 2 names, but webso_events_values has 1 value")]
    [InlineData("header-value-comma.ini", "line 4: webso_events_keys has 2 names, but webso_events_values has 3 values")]
    [InlineData("header-twice.ini", "line 3: Names 1 and 2 in webso_events_keys are the same header")]
    [InlineData("file-encoding.mixed.ini", "has a NUL byte")]
    public async Task Lint_UnknownHeadersAndReceiver_ShowsFindingsAndExitsWith2(string file, string problem)
    {
        await using var receiver = await ScriptedReceiver.StartAsync();

        var (exitCode, output, error) = await ToolProcess.RunAsync("lint", Path.Combine(s_golden, file), "--url", receiver.Url);

        exitCode.Should().Be(2);
        output.Should().Contain(": error ");
        error.Should().Contain(problem);
        receiver.TakeAll().Should().BeEmpty("a call without the headers says nothing");
    }

    // The port of the receiver differs in each run.
    private static async Task ShouldBeGoldenAsync(string output, ScriptedReceiver receiver, string code) =>
        output.Replace(new Uri(receiver.Url).Authority, "RECEIVER", StringComparison.Ordinal).Should().Be(
            await File.ReadAllTextAsync(Path.Combine(s_golden, code + ".txt"), TestContext.Current.CancellationToken));
}
