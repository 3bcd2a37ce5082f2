using System.Text.RegularExpressions;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.EndToEnd.Documentation;

/// <summary>Checks that each row of the threat table in docs/security.md names existing tests.</summary>
public sealed partial class ThreatTableTests
{
    [Fact]
    public void ThreatTable_EachRow_NamesExistingTests()
    {
        var page = Repository.Read("docs/security.md");
        var section = page[page.IndexOf("## Threats and tests", StringComparison.Ordinal)..page.IndexOf("## Secrets", StringComparison.Ordinal)];
        var rows = section.Split('\n').Where(line => line.StartsWith('|')).Skip(2).ToList();
        var sources = Directory.EnumerateFiles(Repository.PathOf("tests"), "*Test*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.PathOf("tests/WebSo.Events.TestKit"), "*Contract*.cs", SearchOption.AllDirectories))
            .Select(File.ReadAllText);
        var tests = TestMethod().Matches(string.Concat(sources)).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        rows.Should().HaveCountGreaterThan(20);
        foreach (var row in rows)
        {
            var names = Code().Matches(row.Split('|')[3]).Select(match => match.Groups[1].Value).ToList();
            names.Should().NotBeEmpty("each row names a test: {0}", row);
            names.Should().BeSubsetOf(tests, "the tests of this row exist: {0}", row);
        }
    }

    [GeneratedRegex(@"public (?:async Task|void) (\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
