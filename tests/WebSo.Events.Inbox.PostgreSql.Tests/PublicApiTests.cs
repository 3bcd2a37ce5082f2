using FluentAssertions;
using PublicApiGenerator;
using WebSo.Events.Tests;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_IsAsInTheGoldenFile()
    {
        var golden = Path.Combine(RepositoryFiles.Root, "src", "WebSo.Events.Inbox.PostgreSql", "PublicApi.txt");
        var options = new ApiGeneratorOptions { IncludeAssemblyAttributes = false };
        var actual = typeof(WebSoPostgreSqlInboxStore).Assembly.GeneratePublicApi(options).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("ACCEPT_PUBLIC_API") == "1")
            File.WriteAllText(golden, actual);

        var expected = File.Exists(golden) ? File.ReadAllText(golden).ReplaceLineEndings("\n") : "";

        actual.Should().Be(expected, "a change of the public API is a decision: to accept it, run this test with ACCEPT_PUBLIC_API=1 and commit {0}", golden);
    }
}
